"""What the OpenAPI document promises of every operation."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from admin_api import examples, queue_examples
from admin_api.app import describe
from admin_api.json_body import MERGE_PATCH
from admin_api.openapi import write
from admin_api.problem import ProblemDocument
from mailcore.db.audit_log import AuditEntry
from mailcore.db.job_list import QueuedJob
from mailcore.db.settings_store import Revision
from mailcore.db.trace_story import MessageStory, MessageSummary
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.directory.token import Token, TokenFields

DOCUMENT = describe()


OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert operation["operationId"].islower()
    good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert len(good) == 1
    for answer in good:
        for content in answer.get("content", {}).values():
            assert "example" in content
            assert "schema" in content
    if path.startswith("/api/"):
        assert operation["security"] == [{"token": []}]
        assert "Needs the scope" in operation["description"]
        assert {"401", "403", "422", "500", "503"} <= operation["responses"].keys()
        assert ("404" in operation["responses"]) == ("{" in path)
    if "requestBody" in operation:
        assert {"413", "415"} <= operation["responses"].keys()
        contents = operation["requestBody"]["content"]
        assert (MERGE_PATCH in contents) == (method == "patch")
        assert all("example" in content and "schema" in content for content in contents.values())


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_problems_are_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status[0] in "45" and path.startswith("/api/"):
            assert status != "412" or method in {"patch", "put", "delete"}
            ((media_type, content),) = answer["content"].items()
            assert media_type == "application/problem+json"
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert ProblemDocument.model_validate(content["example"]).status == int(status)


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere() -> None:
    references = set(_references(DOCUMENT))
    assert references
    assert {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]} >= references


def _references(value: object) -> Iterator[str]:
    match value:
        case dict():
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (DomainFields, examples.DOMAIN.written),
        (Domain, examples.DOMAIN.read),
        (AccountFields, examples.ACCOUNT.written),
        (Account, examples.ACCOUNT.read),
        (Revision, examples.REVISION),
        (AuditEntry, examples.AUDIT_ENTRY),
        (QueuedJob, queue_examples.JOB),
        (MessageSummary, examples.MESSAGE),
        (MessageStory, examples.STORY),
        (Token, examples.TOKEN),
        (TokenFields, examples.TOKEN_WRITTEN),
    ],
)
def test_examples_are_what_they_show(model: Any, example: dict[str, Any]) -> None:
    shown = TypeAdapter(model).validate_json(json.dumps(example), strict=True)
    assert set(example) == set(model.model_fields) or model in {DomainFields, AccountFields, TokenFields}
    assert shown


def test_the_document_is_written_the_same_each_time() -> None:
    assert write(DOCUMENT) == write(describe())
    assert json.loads(write(DOCUMENT)) == DOCUMENT
