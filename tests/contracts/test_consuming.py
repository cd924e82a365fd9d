"""docs/consuming.md is true: its code stands in examples that tests run, and what it names is there."""

import json
import re
import textwrap
from pathlib import Path

from services.contracts.catalogue import MESSAGES
from services.contracts.pulling import ANSWERED
from services.partners.domain.scopes import SCOPES

from .documents import messages_document, operations_document
from .test_documents import PAGES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "consuming.md").read_text()
BLOCKS = re.findall(r"(?:<!-- (.+?) -->\n)?```(\w*)\n(.*?)```", PAGE, re.DOTALL)


def test_every_block_of_code_says_where_it_is_from():
    assert BLOCKS
    assert all(origin for origin, _, _ in BLOCKS)


def test_every_block_of_python_stands_in_its_file():
    for origin, language, code in BLOCKS:
        if language == "python":
            assert _plain(code) in _plain((ROOT / origin).read_text()), code


def test_a_block_that_stands_nowhere_would_be_seen():
    assert _plain("    queue = 'another'\n") not in _plain((ROOT / "examples/amqp_reader/reader.py").read_text())


def test_the_headers_are_those_of_the_document():
    (shown,) = [json.loads(code) for _, language, code in BLOCKS if language == "json"]
    (example,) = messages_document()["components"]["messages"]["agora.mall.order_paid.v1"]["examples"]
    assert shown == example["headers"]


def test_every_file_and_heading_that_is_linked_is_there():
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _, heading = target.partition("#")
        if "://" in target:
            continue
        linked = (ROOT / "docs" / path).resolve() if path else ROOT / "docs" / "consuming.md"
        assert linked.exists(), target
        headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in {_anchor(one) for one in headings}, target


def test_every_path_parameter_and_header_of_http_is_in_the_document():
    paths = operations_document()["paths"]
    assert set(re.findall(r"`GET (/[\w/]+)", PAGE)) <= set(paths)
    feed = paths["/partners/feed"]["get"]
    asked = {parameter["name"] for parameter in feed["parameters"]}
    assert set(re.findall(r"`\?(\w+)=", PAGE)) <= asked
    assert set(re.findall(r"`(Agora-\w+)`", PAGE)) <= set(feed["responses"]["200"]["headers"])


def test_every_type_refusal_scope_and_field_that_is_named_is_there():
    types = set(re.findall(r"agora\.(?!watermark)\w+\.\w+\.v\d+", PAGE))
    assert types <= set(MESSAGES)
    assert set(re.findall(r"`(partners\.\w+)`", PAGE)) <= set(re.findall(r"`(\S+)`", PAGES["refusals.md"]))
    assert set(re.findall(r"`(feed:\w+|counts)`", PAGE)) == set(SCOPES)
    page = messages_document()["components"]["messages"][ANSWERED]["payload"]["properties"]["result"]
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(page["properties"]) - {"source"}


def _plain(code: str) -> str:
    """The same whatever it is indented by."""
    return re.sub(r"^ +", "", textwrap.dedent(code), flags=re.MULTILINE)


def _anchor(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
