"""What the page of a service claims, against its code: each check takes a page and lists what is not so."""

import re
from pathlib import Path

from services.contracts import catalogue
from services.kernel.blueprint import Blueprint

from .sources import PROJECT, sources

MOST_LINES = 60
REQUIRED = ("Says", "Hears")
CODE = re.compile(r"`([^`\s]+)`")


def parts(page: str) -> dict[str, str]:
    """Title of each section to its text; what stands before the first is the purpose."""
    titled = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {"purpose": titled[0]} | dict(zip(titled[1::2], titled[2::2], strict=True))


def unsaid(page: str) -> list[str]:
    """What a page must tell and does not: purpose, where the operations stand, says, hears; and all on one page."""
    found = parts(page)
    absent = [title for title in REQUIRED if not found.get(title, "").strip()]
    places = {"operations.py": ("operations.py", "operations/"), "domain/": ("domain/",)}
    purpose = [name for name, ways in places.items() if not any(f"`{way}`" in found["purpose"] for way in ways)]
    lines = len(page.splitlines())
    return [*purpose, *absent, *([f"{lines} lines"] if lines > MOST_LINES else [])]


def untold_messages(page: str, service: str) -> list[str]:
    """Messages of the service that its table leaves out, and names in the table that no message of it has."""
    said = {message.NAME for message in catalogue.MESSAGES.values() if service == message.SERVICE}
    rows = re.findall(r"^\| (`.+?) \|", parts(page).get("Says", ""), flags=re.MULTILINE)
    return sorted(said ^ {name for row in rows for name in CODE.findall(row)})


def unheard_neighbours(page: str, blueprint: Blueprint) -> list[str]:
    """Services whose messages this one reads and its page does not name, and those that it names and does not read."""
    neighbours = {message.SERVICE for message in catalogue.MESSAGES.values()} - {blueprint.name}
    heard = {source for view in blueprint.projections for source in view.hears if source in neighbours}
    heard |= {message.SERVICE for message in blueprint.reactions}
    hears = parts(page).get("Hears", "")
    return sorted(heard ^ {name for name in neighbours if re.search(rf"\b{name}\b", hears)})


def unknown_names(page: str, blueprint: Blueprint) -> list[str]:
    """Files that are not there, paths that no operation has, and names that neither the service nor a contract has."""
    folder = PROJECT / "services" / blueprint.name
    places = (f"services/{blueprint.name}", "services/contracts", "services/known")
    known = {word for path in sources(*places) for word in _words(path)}
    paths = [operation.path for operation in blueprint.operations]
    return [name for name in CODE.findall(page) if not _is_known(name, folder, paths, known)]


def _words(path: Path) -> set[str]:
    return {path.stem, *re.findall(r"\w+", path.read_text())}


def _is_known(name: str, folder: Path, paths: list[str], known: set[str]) -> bool:
    if name.startswith("/"):
        return any(path.startswith(name.removesuffix("...")) for path in paths)
    if "/" in name or name.endswith(".py"):
        return any((place / name).exists() for place in (folder, folder / "domain", PROJECT))
    return set(re.findall(r"\w+", name)) <= known
