"""`/access-rules`: who is banned, who is let pass, and who may send through this server, in their order."""

from typing import Annotated

from fastapi import Query

from admin_api.examples import ACCESS_RULE
from admin_api.resource import Resource, router_of
from admin_api.stores import Parts
from mailcore.db.entity_store import EntityStore
from mailcore.directory.access_rule import AccessRule, AccessRuleFields

Force = Annotated[bool, Query(description="Take a relay or pass rule even where it covers this network's gateway.")]


def _writing(parts: Parts, *, force: Force = False) -> EntityStore[AccessRuleFields, AccessRule]:
    return parts.insisted_access_rules if force else parts.access_rules


router = router_of(
    Resource(
        path="/access-rules",
        key="id",
        fields=AccessRuleFields,
        read=AccessRule,
        store=lambda stores: stores.access_rules,
        example=ACCESS_RULE,
        ordered_by="position",
        writing=_writing,
    )
)
