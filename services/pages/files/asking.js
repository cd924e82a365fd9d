// Asking the platform, in the name of whoever is signed in. A refusal is thrown with its own sentence.

const KEY = "agora.session";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || "");
    this.status = status;
    this.code = problem.code || "";
  }
}

export function session() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  return kept && new Date(kept.expires_at) > new Date() ? kept : null;
}

export async function signIn(mail, password) {
  const made = await send("POST", "/identity/sessions", { mail, password });
  sessionStorage.setItem(KEY, JSON.stringify(made));
}

export function signOut() {
  sessionStorage.removeItem(KEY);
}

export function ask(path, fields = {}) {
  const query = new URLSearchParams(fields).toString();
  return send("GET", query ? `${path}?${query}` : path);
}

async function send(method, path, body) {
  const headers = { Accept: "application/json" };
  const kept = session();
  if (kept) headers.Authorization = `Bearer ${kept.token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const said = await response.json().catch(() => ({}));
  if (response.ok) return said;
  if (response.status === 401 && kept) signOut();
  throw new Refused(response.status, said);
}
