// The first page: communities; one of them with its shelf, its gatherings and the questions; one listing.

import { ask, session, signIn, signOut } from "./asking.js";
import { draw, empty, language, members, money, moment, number, refusal, say, tags } from "./drawing.js";
import { ofCommunity, ofListing } from "./questions.js";

const main = document.getElementById("main");
const door = document.getElementById("door");
const SCREENS = [[/^#\/group\/([\w-]+)$/, community], [/^#\/listing\/([\w-]+)$/, listing], [/^#?\/?$/, communities]];

async function show() {
  const [, screen, id] = SCREENS.map(([path, made]) => [path.exec(location.hash), made])
    .filter(([found]) => found).map(([found, made]) => [found, made, found[1]])[0] || [null, communities];
  main.removeAttribute("data-ready");
  try {
    main.replaceChildren(...(await screen(id)));
  } catch (refused) {
    main.replaceChildren(refusal(refused));
  }
  main.setAttribute("data-ready", location.hash || "#/");
}

async function communities() {
  document.title = "Agora";
  const list = draw("ul", { class: "cards", id: "communities" });
  const more = draw("button", { type: "button", class: "quiet" }, say("more"));
  const page = async (cursor) => {
    const found = await ask("/groups/groups", cursor ? { limit: 24, cursor } : { limit: 24 });
    list.append(...found.items.map(communityCard));
    more.hidden = !found.next;
    more.onclick = () => page(found.next);
    return found.items.length;
  };
  const many = await page();
  return [draw("h1", {}, say("communities")), many ? list : empty("no_communities"), many ? more : null].filter(Boolean);
}

function communityCard(group) {
  const link = draw("a", { href: `#/group/${group.group_id}` }, group.name);
  const foot = draw("p", { class: "soft foot" }, members(group.members));
  return draw("li", { class: "card" }, draw("h3", {}, link), draw("p", { class: "soft" }, group.purpose), tags(group.tags), foot);
}

async function community(id) {
  const group = await ask(`/groups/groups/${id}`);
  const [shelf, gatherings] = await Promise.all([
    listed(`/mall/shelves/${id}`, {}), listed("/events/gatherings", { group_id: id, starts_from: new Date().toISOString() }),
  ]);
  document.title = `${group.name} · Agora`;
  return [
    back(), draw("h1", {}, group.name), draw("p", { class: "soft" }, group.purpose), tags(group.tags),
    draw("p", { class: "soft" }, members(group.members)),
    part("shelf", shelf, goods, "empty_shelf"), part("gatherings", gatherings, gathering, "no_gatherings"),
    draw("h2", {}, say("questions")), session() ? await ofCommunity(id) : empty("sign_in_to_ask"),
  ].filter(Boolean);
}

async function listing(id) {
  const found = await ask(`/mall/listings/${id}`);
  document.title = `${found.title} · Agora`;
  return [
    back(), draw("h1", {}, found.title), draw("p", { class: "big" }, money(found.price_minor, found.currency)),
    draw("p", {}, found.description), tags(found.tags),
    draw("h2", {}, say("questions")), session() ? await ofListing(id) : empty("sign_in_to_ask"),
  ].filter(Boolean);
}

async function listed(path, fields) {
  try {
    return (await ask(path, { limit: 24, ...fields })).items;
  } catch (refused) {
    if (refused.status === 404) return [];
    throw refused;
  }
}

function part(name, items, drawn, none) {
  const list = items.length ? draw("ul", { class: "cards", id: name }, items.map(drawn)) : empty(none);
  return draw("section", { "aria-label": say(name) }, draw("h2", {}, say(name)), list);
}

function goods(one) {
  const link = draw("a", { href: `#/listing/${one.listing_id}` }, one.title);
  const price = draw("p", { class: "price foot" }, money(one.price_minor, one.currency));
  return draw("li", { class: "card" }, draw("h3", {}, link), one.note ? draw("p", {}, one.note) : null, tags(one.tags), price);
}

function gathering(one) {
  const when = draw("time", { datetime: one.starts_at }, moment(one.starts_at, one.time_zone));
  const cost = one.price_minor ? money(one.price_minor, one.currency) : say("free");
  const foot = draw("p", { class: "soft foot" }, draw("span", { class: "price" }, cost), ` · ${seats(one)}`);
  return draw("li", { class: "card" }, draw("h3", {}, one.title), draw("p", {}, when), draw("p", { class: "soft" }, one.is_online ? say("online") : one.venue_name), foot);
}

function seats(one) {
  if (one.state === "cancelled") return say("cancelled");
  if (one.seats_left === null) return say("seats_for_all");
  return one.seats_left ? say("seats_left", { count: number(one.seats_left), of: number(one.capacity) }) : say("full");
}

function back() {
  return draw("p", {}, draw("a", { href: "#/" }, say("back")));
}

async function greet() {
  const me = session() ? await ask("/identity/people/me").catch(() => null) : null;
  document.getElementById("me").textContent = me ? me.name : "";
  document.getElementById("me").hidden = document.getElementById("leave").hidden = !me;
  document.getElementById("open-door").hidden = Boolean(me);
}

async function enter(event) {
  event.preventDefault();
  const form = event.target;
  const said = form.querySelector(".refusal");
  try {
    await signIn(form.mail.value, form.password.value);
  } catch (refused) {
    said.textContent = refused.message || say("unreachable");
    said.hidden = false;
    return;
  }
  said.hidden = true;
  form.reset();
  door.close();
  await Promise.all([greet(), show()]);
}

for (const link of document.querySelectorAll("[data-switch]")) {
  if (link.dataset.switch === language) link.setAttribute("aria-current", "true");
  link.addEventListener("click", () => { link.hash = location.hash; });
}
document.getElementById("open-door").addEventListener("click", () => door.showModal());
document.getElementById("shut").addEventListener("click", () => door.close());
document.getElementById("sign-in").addEventListener("submit", enter);
document.getElementById("leave").addEventListener("click", () => { signOut(); greet(); show(); });
addEventListener("hashchange", async () => { await show(); main.focus(); scrollTo(0, 0); });
await Promise.all([greet(), show()]);
