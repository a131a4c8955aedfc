"""`/lists`: mailing lists and what they do. What belongs to one is below `/lists/{list}`."""

from typing import Annotated

from fastapi import Depends

from admin_api.list_examples import LIST
from admin_api.paths import segment
from admin_api.resource import Resource, router_of
from admin_api.stores import Parts
from mailcore.directory.mailing_list import MailingList, MailingListFields

ListAddress = segment("list", LIST.key)

router = router_of(
    Resource(
        path="/lists",
        key="address",
        fields=MailingListFields,
        read=MailingList,
        store=lambda stores: stores.lists.lists,
        example=LIST,
    )
)


async def _owner(parts: Parts, address: ListAddress) -> MailingList:  # type: ignore[valid-type]  # built at run time
    return (await parts.lists.lists.get(address)).value


Owner = Annotated[MailingList, Depends(_owner)]
"""The list that a path below `/lists/{list}` names."""
