// Making what is seen. Every text goes in as text: nothing that anybody wrote can become part of the page.

const root = document.documentElement;
export const language = root.dataset.language;
const locale = root.lang;
const words = await (await fetch(`/pages/words.${language}.json`)).json();

export function say(name, values = {}) {
  return (words[name] || name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function members(count) {
  return say(new Intl.PluralRules(locale).select(count) === "one" ? "so_many_members_one" : "so_many_members", { count: number(count) });
}

export function draw(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function number(value) {
  return new Intl.NumberFormat(locale).format(value);
}

export function money(minor, currency) {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export function moment(text, zone) {
  const when = { dateStyle: "full", timeStyle: "short" };
  try {
    return new Intl.DateTimeFormat(locale, { ...when, timeZone: zone }).format(new Date(text));
  } catch {
    return new Intl.DateTimeFormat(locale, when).format(new Date(text));
  }
}

export function tags(list) {
  return list && list.length ? draw("ul", { class: "tags" }, list.map((tag) => draw("li", {}, tag))) : null;
}

export function card(title, ...children) {
  return draw("section", { class: "card" }, draw("h3", {}, title), ...children);
}

export function empty(name) {
  return draw("p", { class: "empty" }, say(name));
}

export function refusal(refused) {
  return draw("p", { class: "refusal", role: "note", "data-code": refused.code ?? null }, refused.message || say("unreachable"));
}

export function bars(rows, end = 0) {
  const most = end || Math.max(1, ...rows.map((row) => row.value));
  const bar = (row) => draw("li", {}, draw("span", {}, row.label), draw("span", { class: "number" }, row.shown),
    draw("meter", { min: 0, max: most, value: Math.max(0, row.value), "aria-label": row.label }));
  return draw("ul", { class: "bars" }, rows.map(bar));
}

export function facts(rows) {
  return draw("dl", {}, rows.flatMap(([name, value]) => [draw("dt", {}, name), draw("dd", {}, value)]));
}
