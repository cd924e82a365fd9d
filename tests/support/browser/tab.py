"""One page in the browser: go somewhere, wait until it looks a certain way, read it, take a picture of it."""

import base64
import json
from pathlib import Path
from typing import Any

from tests.support.waiting import until

from .chromium import Chromium

PATIENCE_SECONDS = 20.0
TROUBLE = ("Runtime.exceptionThrown", "Log.entryAdded")


class Tab:
    """A tab of its own, for somebody who likes these languages best ("zh-CN,zh;q=0.9")."""

    def __init__(self, browser: Chromium, languages: str = "en", *, width: int = 1200, is_dark: bool = False) -> None:
        self._browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")
        agent = browser.send("Browser.getVersion")["userAgent"]
        self._send("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=languages)
        self._send("Emulation.setTimezoneOverride", timezoneId="UTC")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self._send("Emulation.setEmulatedMedia", features=[scheme])
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._send("Emulation.setDeviceMetricsOverride", **size)

    def go(self, url: str) -> None:
        """To an address; what it shows is waited for with ``until``."""
        self._send("Page.navigate", url=url)

    def until(self, expression: str) -> None:
        """Wait until this is true of the page, also of the one after it; an assertion fails with what it shows."""
        if not until(lambda: self._is(expression), PATIENCE_SECONDS):
            shown = self.value("document.body.innerText")
            raise AssertionError(f"never {expression}:\n{shown}\n{self.trouble()}")

    def _is(self, expression: str) -> bool:
        """False also while one page goes and the next one comes."""
        told = self._send("Runtime.evaluate", expression=f"Boolean({expression})", returnByValue=True)
        return told["result"].get("value") is True

    def value(self, expression: str) -> Any:
        """What JavaScript comes to, as JSON has it."""
        told = self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def text(self, selector: str = "main") -> str:
        """What a reader sees of the first thing that fits."""
        return str(self.value(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def texts(self, selector: str) -> list[str]:
        """The same of everything that fits."""
        return list(self.value(f"[...document.querySelectorAll({json.dumps(selector)})].map(one => one.innerText)"))

    def click(self, selector: str) -> None:
        """As with a mouse."""
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, selector: str, text: str) -> None:
        """Into a field, by the keyboard."""
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self._send("Input.insertText", text=text)

    def press(self, key: str, code: int) -> None:
        """One key."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self._send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def trouble(self) -> list[dict[str, Any]]:
        """What went wrong in the page so far: exceptions, and all that the browser logged about it."""
        return [
            one["params"]
            for one in self._browser.events
            if one.get("sessionId") == self._session and one["method"] in TROUBLE
        ]

    def picture(self, path: Path) -> Path:
        """The whole page as PNG."""
        drawn = self._send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(drawn["data"]))
        return path

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **parameters)
