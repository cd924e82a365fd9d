"""A process that dies at one of its effects: commits of the store and calls on the provider, before or after each."""

from collections.abc import Callable, Iterable
from typing import Any
from unittest.mock import patch

from .market import Market


class Crash(BaseException):
    """The process is gone. No ``except Exception`` holds it up."""


class StoreCrash(Exception):
    """The same, in the thread that stores: it must answer those who wait, or the test would wait with them."""


class Crashes:
    """Counts effects and dies at one of them."""

    def __init__(self, at: int | None, after: bool) -> None:
        self.at, self.after, self.seen = at, after, 0

    def around(self, effect: Callable[..., Any], death: type[BaseException]) -> Callable[..., Any]:
        def surrounded(*args: Any) -> Any:
            self.seen += 1
            mine = self.seen == self.at
            if mine and not self.after:
                raise death()
            done = effect(*args)
            if mine:
                raise death()
            return done

        return surrounded

    def watch_provider(self, market: Market) -> None:
        for name in ("request_payment", "request_refund"):
            setattr(market.provider, name, self.around(getattr(market.provider, name), Crash))

    def watch_store(self, market: Market) -> None:
        recorder = market.service.recorder
        recorder.append = self.around(recorder.append, StoreCrash)  # type: ignore[method-assign]

    def walk(self, market: Market, steps: Iterable[Callable[[], object]]) -> None:
        """Take each step; where the process dies in it, open the platform again and take it once more."""
        self.watch_store(market)
        for step in steps:
            try:
                step()
            except (Crash, StoreCrash):
                market.reopen()
                self.watch_store(market)
                step()


def one_row_at_a_time() -> Any:
    """Of what is due: several together are one commit or two, and every run is to have as many as the others."""
    return patch("services.kernel.flow.due.BATCH", 1)
