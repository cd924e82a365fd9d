// The questions, each a card of its own. Who may not ask one sees the sentence that says so, once.

import { ask } from "./asking.js";
import { bars, card, draw, facts, money, number, refusal, say } from "./drawing.js";

export async function ofCommunity(id) {
  return together([
    [`/groups/groups/${id}/audience`, people],
    [`/mall/shelves/${id}/sales`, sales],
    [`/groups/groups/${id}/health`, health],
    [`/mall/shelves/${id}/journey`, journey],
    [`/mall/shelves/${id}/suggestions`, suggestions],
  ]);
}

export async function ofListing(id) {
  return together([
    [`/mall/listings/${id}/sales`, sales],
    [`/mall/listings/${id}/communities`, communities],
    [`/mall/listings/${id}/journey`, journey],
  ]);
}

async function together(questions) {
  const asked = await Promise.allSettled(questions.map(([path]) => ask(path)));
  const cards = asked.flatMap((one, at) => (one.status === "fulfilled" ? questions[at][1](one.value) : []));
  if (cards.length) return draw("div", { class: "questions", id: "questions" }, await Promise.all(cards));
  return draw("div", { id: "questions" }, refusal(asked[0].reason));
}

function people(told) {
  const some = told.by.length ? cells(told.by, "people") : null;
  const count = told.count === null ? null : draw("p", { class: "big" }, say("so_many_people", { count: number(told.count) }));
  const note = told.withheld ? say(told.withheld) : say("in_steps");
  return [card(say("who_is_there"), count, some, draw("p", { class: "soft" }, note))];
}

function cells(found, key) {
  const label = (one) => `${kind(one.kind)} · ${one.value}${one.certified ? ` · ${say("certified")}` : ""}`;
  return bars(found.map((one) => ({ label: label(one), value: one[key], shown: say("at_least", { count: number(one[key]) }) })));
}

function kind(name) {
  const known = say(`kind_${name}`);
  return known === `kind_${name}` ? name : known;
}

function sales(told) {
  const through = (told.by_listing || []).map((row) => ({ label: row.title, value: row.net_minor, shown: money(row.net_minor, row.currency) }));
  const amounts = told.amounts.map((row) => draw("p", { class: "big" }, money(row.net_minor, row.currency)));
  const shares = told.amounts.flatMap((row) => [
    [say("paid"), money(row.gross_minor, row.currency)],
    [say("came_back"), money(row.refunded_minor + row.cancelled_minor, row.currency)],
    [say("to_seller"), money(row.seller_minor, row.currency)],
    [say("to_community"), money(row.community_minor, row.currency)],
    ...(row.member_minor ? [[say("to_members"), money(row.member_minor, row.currency)]] : []),
    [say("to_platform"), money(row.platform_minor, row.currency)],
  ]);
  const counted = draw("p", { class: "soft" }, say("pieces_in_orders", { units: number(told.units), orders: number(told.orders) }));
  const sold = told.sold
    ? card(say("was_it_sold"), amounts, counted, facts(shares), bars(through.slice(0, 8)), draw("p", { class: "soft" }, say("equals_ledger", { position: told.position })))
    : card(say("was_it_sold"), draw("p", {}, say("nothing_sold")));
  return [sold, buyers(told.buyers)];
}

function buyers(told) {
  if (told.count === null) return card(say("who_bought"), draw("p", { class: "soft" }, say("too_few_buyers")));
  const count = draw("p", { class: "big" }, say("so_many_people", { count: number(told.count) }));
  if (told.withheld) return card(say("who_bought"), count, draw("p", { class: "soft" }, say("too_alike_buyers")));
  const of = draw("p", { class: "soft" }, say("first_buyers", { count: number(told.told_of) }));
  const shown = told.by.length ? [of, cells(told.by, "buyers")] : [];
  return card(say("who_bought"), count, ...shown, draw("p", { class: "soft" }, say("in_steps")));
}

function health(told) {
  const shown = (figure) => (figure === null || figure === undefined ? say("too_few_short") : number(figure));
  const ratio = told.advert_percent === null ? "–" : `${number(told.advert_percent)} %`;
  const rows = [
    [say("members"), number(told.members)], [say("newcomers", { days: told.days }), number(told.newcomers)],
    [say("gone", { days: told.days }), number(told.gone)], [say("writers", { days: told.days }), shown(told.writers)],
    [say("posts_by_leaders"), number(told.posts_by_leaders)], [say("posts_by_members"), number(told.posts_by_members)],
    [say("adverts"), ratio],
  ];
  return [card(say("how_healthy"), facts(rows))];
}

function journey(told) {
  const steps = [["posts", told.posts], ["gatherings", told.gatherings], ["came", told.came], ["orders", told.orders], ["orders_back", told.orders_back]];
  const shown = (value) => (value === null ? say("too_few_short") : number(value));
  const rows = steps.map(([name, value]) => ({ label: say(`way_${name}`), value: value ?? 0, shown: shown(value) }));
  return [card(say("the_way"), bars(rows))];
}

function verdict(title, item) {
  const reasons = item.reasons.map((reason) => draw("li", {}, why(reason)));
  return draw("div", {}, bars([{ label: title, value: item.score, shown: number(item.score) }], 100), draw("ul", { class: "reasons" }, reasons));
}

function why(reason) {
  const values = { tags: reason.tags.join(say("comma")), people: reason.people, of: reason.of_people, pieces: reason.pieces, back: reason.came_back };
  return say(reason.kind === "topics" && !reason.tags.length ? "why_no_topics" : `why_${reason.kind}`, values);
}

function suggestions(told) {
  const items = told.items.filter((item) => item.suits).slice(0, 5);
  const note = items.length ? null : draw("p", { class: "soft" }, say("nothing_suits"));
  return [card(say("what_suits"), note, items.map((item) => verdict(item.title, item)))];
}

function communities(told) {
  const items = told.items.filter((item) => item.suits).slice(0, 5);
  const note = items.length ? null : draw("p", { class: "soft" }, say("nobody_suits"));
  const named = items.map(async (item) => verdict((await ask(`/groups/groups/${item.group_id}`)).name, item));
  return [Promise.all(named).then((drawn) => card(say("whom_it_suits"), note, drawn))];
}
