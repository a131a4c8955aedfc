"""`/accounts/{address}/forwards`: where an account sends its mail on to, in the order in which they are tried."""

from typing import Annotated

from fastapi import Depends

from admin_api.examples import ACCOUNT, FORWARD
from admin_api.paths import segment
from admin_api.resource import Resource, router_of
from admin_api.stores import Parts
from mailcore.db.entity_store import EntityStore
from mailcore.directory.account import Account
from mailcore.directory.forward import Forward, ForwardFields

AccountAddress = segment("address", ACCOUNT.key)


async def _owner(parts: Parts, address: AccountAddress) -> Account:  # type: ignore[valid-type]  # built at run time
    return (await parts.accounts.get(address)).value


Owner = Annotated[Account, Depends(_owner)]
"""The account that a path names."""


def _forwards(parts: Parts, owner: Owner) -> EntityStore[ForwardFields, Forward]:
    return parts.forwards(owner)


router = router_of(
    Resource(
        path="/accounts/{address}/forwards",
        key="id",
        fields=ForwardFields,
        read=Forward,
        example=FORWARD,
        ordered_by="position",
        reading=_forwards,
    )
)
