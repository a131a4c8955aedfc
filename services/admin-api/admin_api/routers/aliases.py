"""`/aliases`: addresses without a mailbox, behind which there are others."""

from admin_api.examples import ALIAS
from admin_api.resource import Resource, router_of
from mailcore.directory.alias import Alias, AliasFields

router = router_of(
    Resource(
        path="/aliases",
        key="address",
        fields=AliasFields,
        read=Alias,
        store=lambda stores: stores.aliases,
        example=ALIAS,
    )
)
