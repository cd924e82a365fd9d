"""The page that the mailed link leads to, for a platform whose front end has none of its own: English and Chinese.

The token stands behind the # of the address, which a browser sends nobody.
"""

from base64 import b64encode
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from services.kernel.doors.operation import Actor
from services.kernel.service import Service

PAGE_MEDIA = "text/html; charset=utf-8"
SCRIPT = """
const words = {
  en: {title: "A new password", label: "New password", send: "Take it", done: "Done. Sign in with it.",
       failed: "That did not work; try again in a moment."},
  zh: {title: "设置新密码", label: "新密码", send: "确定", done: "已完成，请用新密码登录。",
       failed: "未能完成，请稍后再试。"},
};
const said = words[navigator.language.startsWith("zh") ? "zh" : "en"];
const part = (name) => document.getElementById(name);
document.documentElement.lang = navigator.language;
document.title = part("title").textContent = said.title;
part("label").textContent = said.label;
part("send").textContent = said.send;
const token = location.hash.slice(1);
part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({token, password: part("password").value});
  try {
    const answer = await fetch("../password", {method: "POST", headers: {"Content-Type": "application/json"}, body});
    part("outcome").textContent = answer.ok ? said.done : (await answer.json()).detail;
    part("form").hidden = answer.ok;
  } catch { part("outcome").textContent = said.failed; }
});
"""
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}
input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}
"""
PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A new password</title><style>{STYLE}</style></head>
<body><h1 id="title">A new password</h1>
<form id="form"><label id="label" for="password">New password</label>
<input id="password" type="password" autocomplete="new-password" required minlength="8">
<button id="send">Take it</button></form><p id="outcome" role="status"></p>
<script>{SCRIPT}</script></body></html>"""


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src {_source(SCRIPT)}; style-src {_source(STYLE)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
"""Nothing runs on it but what stands in it."""


async def reset_page(_service: Service, _request: Request, _actor: Actor) -> Response:
    """The page."""
    return Response(PAGE, headers=HEADERS, media_type=PAGE_MEDIA)
