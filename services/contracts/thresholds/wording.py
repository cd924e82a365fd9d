"""What is missing, as an English sentence."""

from typing import Any


def sentence_of(missing: list[dict[str, Any]]) -> str:
    """Such as: a certified real name (level 1 or higher), and either an invitation or ...; empty for nothing."""
    clauses = [_clause(entry) for entry in missing]
    if len(clauses) == 2 and not any("any" in entry or "all" in entry for entry in missing):
        return " and ".join(clauses)
    return _listed(clauses, "and")


def _clause(entry: dict[str, Any]) -> str:
    if "any" in entry and not entry["any"]:
        return "what nobody can have (this is closed to everybody)"
    if "any" in entry:
        return f"either {_listed([_clause(way) for way in entry['any']], 'or', short=True)}"
    if "all" in entry:
        return f"both {_listed([_clause(need) for need in entry['all']], 'and', short=True)}"
    if "not" in entry:
        return _absent(entry["not"])
    return _present(entry)


def _listed(clauses: list[str], word: str, short: bool = False) -> str:
    if len(clauses) < 2:
        return "".join(clauses)
    comma = "" if short and len(clauses) == 2 else ","
    return f"{', '.join(clauses[:-1])}{comma} {word} {clauses[-1]}"


def _present(need: dict[str, Any]) -> str:
    if "claim" in need:
        expired = f"; the one held expired on {need['expired_at'][:10]}" if "expired_at" in need else ""
        return f"a certified {_claim(need)} (level {need['level']} or higher{expired})"
    if "tag" in need:
        return f"the {_plain(need['tag'])} tag '{need['value']}'"
    if "member" in need:
        return f"membership of the group {need['member']}"
    return "an invitation"


def _absent(need: dict[str, Any]) -> str:
    if "claim" in need:
        return f"to hold no certified {_claim(need)} (of level {need['level']} or higher)"
    if "tag" in need:
        return f"not to carry the {_plain(need['tag'])} tag '{need['value']}'"
    if "member" in need:
        return f"not to be a member of the group {need['member']}"
    return "to come without an invitation"


def _claim(need: dict[str, Any]) -> str:
    return _plain(need["claim"]) + (f" '{need['code']}'" if "code" in need else "")


def _plain(kind: str) -> str:
    return kind.replace("_", " ")
