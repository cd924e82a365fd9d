"""How the provider behaves about transfers: by the name of the destination.

A destination is ``acct_`` and a name of letters, digits and underscores. When the first word of the name, up to an
underscore, stands in ``DESTINATIONS``, the transfer behaves so, and for who waits the last word may say how long, in
ms, s, h or d: ``acct_slow_maria_3s`` is Maria's and takes three seconds. Any other name is an account as it should be.
"""

import re
from dataclasses import replace

from simulators.payments.script import Behaviour

NAME = re.compile(r"acct_([A-Za-z0-9_]{1,64})")
WAIT = re.compile(r"([0-9]{1,6})(ms|s|h|d)")
UNITS = {"ms": 0.001, "s": 1.0, "h": 3600.0, "d": 86_400.0}
LONGEST_WAIT_SECONDS = 30 * 86_400.0
UNKNOWN = "unknown"
"""The first word of destinations that the provider has never heard of."""

DESTINATIONS = {
    "slow": Behaviour(delay_seconds=1.0),
    "silent": Behaviour(callbacks=0),
    "double": Behaviour(callbacks=2),
    "early": Behaviour(early=True),
    "instant": Behaviour(instant=True),
    "lost": Behaviour(lost=True),
    "fails": Behaviour(transfer="failed", reason="account_closed"),
    "stuck": Behaviour(transfer="failed", reason="bank_timeout", delay_seconds=3 * 86_400.0),
    "returned": Behaviour(returned_after_seconds=0.0, reason="account_not_found"),
    "overtaken": Behaviour(returned_after_seconds=0.0, overtaken=True, reason="account_not_found"),
}


def behaviour_at(destination: str) -> Behaviour:
    """The behaviour of ``acct_maria``, ``acct_slow_maria_3s`` and so on; ValueError when it is no destination."""
    words = _words(destination)
    behaviour = DESTINATIONS.get(words[0])
    wait = WAIT.fullmatch(words[-1]) if words[1:] else None
    if behaviour is None or wait is None:
        return behaviour or Behaviour()
    seconds = float(wait[1]) * UNITS[wait[2]]
    if seconds > LONGEST_WAIT_SECONDS:
        raise ValueError(f"'{destination}' waits too long; take 30d at most.")
    if behaviour.returned_after_seconds is not None:
        return replace(behaviour, returned_after_seconds=seconds)
    if behaviour.delay_seconds:
        return replace(behaviour, delay_seconds=seconds)
    raise ValueError(f"'acct_{words[0]}' does not wait; leave '{words[-1]}' away.")


def is_known(destination: str) -> bool:
    """Whether the provider has an account of this name."""
    return _words(destination)[0] != UNKNOWN


def _words(destination: str) -> list[str]:
    named = NAME.fullmatch(destination)
    if named is None:
        raise ValueError(f"'{destination}' is no destination; take 'acct_' and a name of letters, digits or '_'.")
    return named[1].split("_")
