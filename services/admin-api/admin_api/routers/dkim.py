"""`/domains/{name}/dkim`: the keys that sign for a domain, their records, and whether DNS has them."""

from typing import Annotated

from fastapi import Depends, Query

from admin_api.answers import answer, problems
from admin_api.examples import DKIM_KEY, DKIM_PUBLICATION, DOMAIN
from admin_api.paths import segment
from admin_api.resource import Resource, router_of
from admin_api.stores import Parts
from mailcore.db.entity_store import EntityStore
from mailcore.directory.dkim_key import DkimKey, DkimKeyFields, DkimPublication
from mailcore.directory.domain import Domain

Force = Annotated[bool, Query(description="Have a key sign even where DNS does not show its record.")]
DomainName = segment("name", DOMAIN.key)
Selector = segment("selector", DKIM_KEY.key)


async def _owner(parts: Parts, name: DomainName) -> Domain:  # type: ignore[valid-type]  # built at run time
    return (await parts.domains.get(name)).value


Owner = Annotated[Domain, Depends(_owner)]
"""The domain that a path names."""


def _keys(parts: Parts, owner: Owner) -> EntityStore[DkimKeyFields, DkimKey]:
    return parts.dkim_keys(owner)


def _writing(parts: Parts, owner: Owner, *, force: Force = False) -> EntityStore[DkimKeyFields, DkimKey]:
    return parts.insisted_dkim_keys(owner) if force else parts.dkim_keys(owner)


router = router_of(
    Resource(
        path="/domains/{name}/dkim",
        key="selector",
        fields=DkimKeyFields,
        read=DkimKey,
        example=DKIM_KEY,
        reading=_keys,
        writing=_writing,
    )
)


@router.get(
    "/domains/{name}/dkim/{selector}/publication",
    operation_id="get_dkim_publication",
    summary="See whether DNS has the record of a key",
    responses=answer(200, "DNS says this now.", DKIM_PUBLICATION) | problems(404),
)
async def get_dkim_publication(
    parts: Parts,
    owner: Owner,
    selector: Selector,  # type: ignore[valid-type]  # built at run time
) -> DkimPublication:
    """Asked anew; what servers between remember may still be older."""
    return await parts.dkim_publications.look((await parts.dkim_keys(owner).get(selector)).value)
