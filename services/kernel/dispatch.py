"""To each kind of fact or message its method: what projections and invariants are made of."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def when(*kinds: type) -> Callable[[Method], Method]:
    """This method deals with facts or messages of these classes."""

    def mark(method: Method) -> Method:
        method.__dict__["deals_with"] = kinds
        return method

    return mark


class Dispatch:
    """Base of what deals with kinds of facts or messages, each in a method marked ``@when(Kind)``."""

    _methods: ClassVar[dict[type, str]] = {}
    _known: ClassVar[dict[type, str | None]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._methods, cls._known = _marked(cls), {}

    def method_for(self, kind: type) -> Callable[..., Any] | None:
        """The method that deals with a class, or with one it is made from.

        The library derives ``Order.Placed`` from a ``Placed`` in a module of its own, and stores the former.
        """
        if kind not in self._known:
            self._known[kind] = next((self._methods[each] for each in kind.__mro__ if each in self._methods), None)
        name = self._known[kind]
        return None if name is None else getattr(self, name)


def _marked(owner: type) -> dict[type, str]:
    return {
        kind: name
        for each in reversed(owner.__mro__)
        for name, value in vars(each).items()
        for kind in getattr(value, "deals_with", ())
    }
