"""The documents under docs/contracts: they are what the code says, they are valid, and nothing broken is written."""

import dataclasses
import re
from importlib.metadata import version
from typing import Any

import pytest
from marshmallow import Schema, fields, validate
from openapi_spec_validator import validate as validate_openapi

from services.composition import SERVICES, blueprint_of
from services.contracts.catalogue import MESSAGES
from services.kernel.doors.operation import RPC
from services.kernel.doors.samples import sample_of

from . import documents, write_documents
from .documents import ASYNCAPI, COMMAND, FOLDER, OPENAPI, operations_document

OPERATIONS = {f"{name}.{row.name}": row for name in SERVICES for row in blueprint_of(name).operations}
PAGES = documents.generated()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of documents of our own."""
    monkeypatch.setattr(documents, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_a_document_is_what_the_code_says(name):
    path = FOLDER / name
    said = path.read_text() if path.exists() else ""
    assert said == PAGES[name], f"{path.name} is not what the code says: run '{COMMAND}' and look at what changed"


def test_every_document_is_in_the_table_of_its_folder():
    told = set(re.findall(r"^\| \[(.+?)\]", (FOLDER / "README.md").read_text(), re.MULTILINE))
    assert told == set(PAGES) == {path.name for path in FOLDER.iterdir()} - {"README.md"}


def test_is_valid_openapi():
    validate_openapi(operations_document())


def test_the_documents_bear_the_version_of_the_package():
    for document in (operations_document(), documents.messages_document()):
        assert document["info"]["version"] == version("agora")


def test_every_service_says_what_it_is_for():
    assert [tag["name"] for tag in operations_document()["tags"]] == list(SERVICES)
    assert all(tag["description"] for tag in operations_document()["tags"])


def test_the_example_of_a_request_is_one_that_its_form_takes():
    wrong = {name: row.takes().validate(sample_of(row.takes)) for name, row in OPERATIONS.items() if row.has_body}
    assert {name: errors for name, errors in wrong.items() if errors} == {}, "give the field an example in its metadata"


def test_an_example_that_its_form_does_not_take_would_be_seen():
    class Form(Schema):
        code = fields.String(required=True, validate=validate.Regexp("^[0-9]+$"))

    assert Form().validate(sample_of(Form))


def test_an_example_has_what_must_be_there_and_what_is_said_to_be_one():
    class Inner(Schema):
        row = fields.String(required=True, validate=validate.OneOf(["front", "back"]))

    class Form(Schema):
        seat_id = fields.UUID(required=True)
        rows = fields.List(fields.Nested(Inner), required=True)
        name = fields.String(required=True, validate=validate.Length(10))
        number = fields.Integer(required=True, validate=validate.Range(5, 9))
        colour = fields.String(metadata={"example": "red"})
        left_out = fields.String()

    assert sample_of(Form) == {
        "seat_id": "00000000-0000-4000-8000-000000000001", "rows": [{"row": "front"}], "name": "Name Name Name",
        "number": 5, "colour": "red",
    }  # fmt: skip
    assert Form().validate(sample_of(Form)) == {}


def test_every_operation_is_in_the_table_for_people():
    page = PAGES["operations.md"]
    for name, row in OPERATIONS.items():
        service, _, short = name.partition(".")
        assert f"| {row.method} `/{service}{row.path}` |" in page
        assert (f"`{service}.{short}`" in page) == (RPC in row.doors), name


def test_every_message_and_field_is_in_the_table_for_people():
    page = PAGES["messages.md"]
    for name, message in MESSAGES.items():
        assert f"### {name}\n" in page
        assert all(f"| `{field.name}` |" in page for field in dataclasses.fields(message)), name


def test_every_refusal_is_told_once():
    codes = re.findall(r"^\| `(\S+)` \| (\d+) \| (.+) \|$", PAGES["refusals.md"], re.MULTILINE)
    assert len({code for code, _, _ in codes}) == len(codes) > 50
    assert ("mall.sold_out", "409") in {(code, status) for code, status, _ in codes}


def test_what_breaks_nobody_is_written(folder, capsys):
    assert write_documents.main() == 0
    assert {path.name for path in folder.iterdir()} == set(PAGES)
    assert "5 documents written" in capsys.readouterr().out
    assert write_documents.main() == 0
    assert "0 documents written" in capsys.readouterr().out


@pytest.mark.parametrize("name", [ASYNCAPI, OPENAPI])
def test_what_breaks_somebody_is_refused_and_nothing_is_written(folder, capsys, monkeypatch, name):
    write_documents.main()
    before = {path.name: path.read_text() for path in folder.iterdir()}
    broken = _without_something(name)
    monkeypatch.setattr(documents, "messages_document" if name == ASYNCAPI else "operations_document", lambda: broken)
    assert write_documents.main() == 1
    assert "is gone" in capsys.readouterr().err
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def test_with_the_comparison_off_it_would_be_written(folder, monkeypatch):
    write_documents.main()
    monkeypatch.setattr(documents, "operations_document", lambda: _without_something(OPENAPI))
    monkeypatch.setattr(write_documents, "broken_promises", list)
    assert write_documents.main() == 0
    assert "/mall/terms" not in documents.kept(OPENAPI)["paths"]


def _without_something(name: str) -> dict[str, Any]:
    """A document in which something is gone that was promised."""
    if name == OPENAPI:
        made = operations_document()
        return made | {"paths": {path: told for path, told in made["paths"].items() if path != "/mall/terms"}}
    made = documents.messages_document()
    paid = made["components"]["messages"]["agora.mall.order_paid.v1"]
    payload = paid["payload"] | {"properties": {"order_id": paid["payload"]["properties"]["order_id"]}}
    messages = made["components"]["messages"] | {"agora.mall.order_paid.v1": paid | {"payload": payload}}
    return made | {"components": made["components"] | {"messages": messages}}
