"""The documents are true: OpenAPI says what the tables say, and what the README names is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from openapi_spec_validator import validate

from services.cli.commands import app
from services.composition import SERVICES
from tests.support.everybody import Everybody
from tests.support.surface import rows

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CODE = re.findall(r"```.*?```|`[^`\n]+`", README, re.DOTALL)
ROWS = {row.name: row for row in rows()}
WORD = re.compile(r"[a-z][a-z-]*")


@pytest.fixture(scope="module")
def merged(everybody: Everybody) -> dict[str, Any]:
    document: dict[str, Any] = everybody.ask("GET", "/openapi.json").json()
    return document


@pytest.mark.parametrize("path", ["/openapi.json", *(f"/{name}/openapi.json" for name in SERVICES)])
def test_every_document_is_valid_openapi(everybody, path):
    answer = everybody.ask("GET", path)
    assert answer.headers["content-type"] == "application/json"
    validate(answer.json())


def test_the_merged_document_has_every_operation_once(merged):
    promised = {
        (method.upper(), path): told
        for path, methods in merged["paths"].items()
        for method, told in methods.items()
        if method != "parameters"
    }
    there = {(row.operation.method, f"/{row.service}{row.operation.path}") for row in ROWS.values()}
    assert set(promised) == there
    ids = [told["operationId"] for told in promised.values()]
    assert len(set(ids)) == len(ids)


def test_the_document_of_each_service_is_part_of_it(everybody, merged):
    for name in SERVICES:
        alone = everybody.ask("GET", f"/{name}/openapi.json").json()
        assert {f"/{name}{path}" for path in alone["paths"]} <= set(merged["paths"])


@pytest.mark.parametrize("path", ["", "/start.js", "/static/swagger-ui-bundle.js", "/static/swagger-ui.css"])
def test_the_page_to_try_it_on_is_there(everybody, path):
    assert everybody.ask("GET", f"/try{path}").status_code == 200


def test_the_merged_document_is_the_one_that_is_kept(merged):
    assert merged == json.loads((ROOT / "docs" / "contracts" / "openapi.json").read_text())


@pytest.mark.parametrize("name", ROWS)
def test_an_operation_says_what_it_does_and_for_whom(merged, name):
    row = ROWS[name]
    told = merged["paths"][f"/{row.service}{row.operation.path}"][row.operation.method.lower()]
    assert re.fullmatch(r"[A-Z].*[.?]", told["summary"]), told["summary"]
    assert re.fullmatch(r"For .+\.", told["description"]), told["description"]
    policy = row.operation.policy
    assert ("security" in told) == (policy.signed_in or policy.by_key)
    assert ("requestBody" in told) == (row.operation.has_body and bool(row.fields))
    assert {str(row.operation.status), "default"} <= set(told["responses"])
    named = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", row.operation.path))


def test_every_field_of_a_form_is_in_its_document(merged):
    for row in ROWS.values():
        told = merged["paths"][f"/{row.service}{row.operation.path}"][row.operation.method.lower()]
        if "requestBody" in told:
            reference = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = merged["components"]["schemas"][reference.rpartition("/")[2]]
            assert set(schema["properties"]) == set(row.fields), row.name
        else:
            asked = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "query"} - {"after"}
            waits = {"wait"} if row.operation.has_ended else set()
            assert asked == (set(row.fields) - {"after"}) | waits, row.name


def test_every_command_in_the_readme_is_there():
    said = [words for code in CODE for words in re.findall(r"\bagora ((?:[^\s`#|]+ ?)*)", code)]
    assert len(said) > 5
    for words in said:
        _assert_command(words.split())


def test_every_target_of_make_in_the_readme_is_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for code in CODE for target in re.findall(r"\bmake ([a-z]+)", code)}
    assert named <= targets


def test_every_path_in_the_readme_is_answered(everybody, merged):
    named = {path for code in CODE for path in re.findall(r"(?<![\w./>}])/[a-z{][\w/{}.-]*", code)}
    assert named
    for path in named:
        assert path in merged["paths"] or everybody.ask("GET", path).is_success, path


def test_every_file_in_the_readme_is_there():
    named = {path for code in CODE for path in re.findall(r"\b(?:services|docs|tests|examples)/[\w/.-]*", code)}
    named |= {path for path in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in path}
    assert named
    missing = [path for path in named if not (ROOT / path.rstrip("/.")).exists()]
    assert missing == []


def _assert_command(words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    for word in words:
        below = getattr(command, "commands", {})
        if below and WORD.fullmatch(word):
            assert word in below, f"there is no {word} in: agora {' '.join(words)}"
            command = below[word]
        elif word.startswith("--"):
            known = {option for parameter in command.params for option in parameter.opts}
            assert word in known | {"--help"}, f"there is no option {word} in: agora {' '.join(words)}"
