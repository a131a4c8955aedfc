"""`/settings/{group}`: the values in force of each group of RuntimeSettings, changed by merge patch.

A group that is added to the model is here at once, with its documentation and its bounds.
"""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, JsonValue

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.etag import IfMatch, IfNoneMatch, is_not_modified, quoted, versions
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.local_address import with_local_addresses
from admin_api.resource import typed
from admin_api.stores import Parts
from mailcore.patch import patch_of
from mailcore.settings import RuntimeSettings
from mailcore.settings.secret import REVEALED

router = APIRouter(prefix="/settings", route_class=JsonRoute, tags=["settings"])


def _add_get(group: str, model: type[BaseModel]) -> None:
    async def endpoint(parts: Parts, response: Response, if_none_match: IfNoneMatch = None) -> BaseModel | Response:
        values, version = parts.settings.group_of(await parts.settings.current(), group)
        etag = quoted(version)
        if is_not_modified(if_none_match, etag):
            return Response(status_code=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return values

    router.get(
        f"/{group}",
        operation_id=f"get_{group}_settings",
        summary=f"Read the {group} settings that are in force",
        response_model=model,
        responses=answer(200, "What holds.", _defaults(model), fields=("ETag",))
        | no_content(304, "They are still what If-None-Match names.")
        | problems(),
    )(endpoint)


def _add_patch(group: str, model: type[BaseModel]) -> None:
    patch = patch_of(model)

    async def endpoint(
        parts: Parts, author: Author, response: Response, body: BaseModel, if_match: IfMatch = None
    ) -> BaseModel:
        given: dict[str, JsonValue] = body.model_dump(mode="json", exclude_unset=True, context=REVEALED)
        changes = await with_local_addresses(parts, model, given)
        snapshot = await parts.settings.patch(group, changes, author, versions(if_match))
        values, version = parts.settings.group_of(snapshot, group)
        response.headers["ETag"] = quoted(version)
        return values

    router.patch(
        f"/{group}",
        operation_id=f"patch_{group}_settings",
        summary=f"Change {group} settings, all that are named or none",
        response_model=model,
        responses=answer(200, "What holds now.", _defaults(model), fields=("ETag",)) | problems(412, *WITH_BODY),
        openapi_extra=body_example(_first(model), patch=patch),
    )(typed(endpoint, body=strictly(patch)))


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return model().model_dump(mode="json")


def _first(model: type[BaseModel]) -> dict[str, Any]:
    """Give one setting of a group with its default, as an example that every group has."""
    return dict(list(_defaults(model).items())[:1])


for _group, _field in RuntimeSettings.model_fields.items():
    if isinstance(_field.annotation, type) and issubclass(_field.annotation, BaseModel):
        _add_get(_group, _field.annotation)
        _add_patch(_group, _field.annotation)
