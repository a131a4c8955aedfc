"""The OpenAPI document: what FastAPI derives from the routes, and what only the whole of them knows.

`make docs` keeps it in `docs/openapi.json`.
"""

import json
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from admin_api.answers import PROBLEM_SCHEMA
from admin_api.auth import GUARDED, scope_needed
from admin_api.problem import ProblemDocument

_BEARER = "token"
_DESCRIPTION = """\
Settings, directory, queue and traces of a Hikyaku mail pipeline.

- Requests bear a token: `Authorization: Bearer <token>`, with the scope `read` to look, `write` to change, and `admin`
  for tokens and the audit log; `admin` opens everything.
- What goes wrong is told as `application/problem+json` (RFC 9457); a 422 names each key and what is allowed there.
- Lists come page by page: `next` of one page is the `cursor` of the next one.
- A thing has an `ETag`; a change with `If-Match` is refused with 412 when somebody else was faster.
- `PATCH` is a JSON merge patch (RFC 7396): what is left out stays; `null` is taken where a key may be
  null, and puts any other back to its default.
- Addresses in paths are percent-encoded, slashes too.
"""


class Api(FastAPI):
    """A FastAPI application whose document says how to authenticate and what a problem looks like."""

    def openapi(self) -> dict[str, Any]:
        """Give the document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def new_api() -> Api:
    """Give an application without routes. It has no pages of documentation: those load code from elsewhere."""
    return Api(
        title="Hikyaku",
        version=version("hikyaku"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update({**schema.pop("$defs", {}), PROBLEM_SCHEMA: schema})
    components["securitySchemes"] = {
        _BEARER: {"type": "http", "scheme": "bearer", "description": "A token with the scope that is needed."}
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _secure(path, method, operation)
    return document


def _secure(path: str, method: str, operation: dict[str, Any]) -> None:
    if not path.startswith(GUARDED):
        return
    operation["security"] = [{_BEARER: []}]
    needed = f"Needs the scope `{scope_needed(method.upper(), path)}`."
    operation["description"] = f"{operation['description']}\n\n{needed}" if "description" in operation else needed


def write(document: dict[str, Any]) -> str:
    """Give a document as text, the same for the same document."""
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
