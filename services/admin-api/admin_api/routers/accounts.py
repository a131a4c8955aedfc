"""`/accounts`: addresses with a mailbox and a password."""

from admin_api.examples import ACCOUNT
from admin_api.resource import Resource, router_of
from mailcore.directory.account import Account, AccountFields

router = router_of(
    Resource(
        path="/accounts",
        key="address",
        fields=AccountFields,
        read=Account,
        store=lambda stores: stores.accounts,
        example=ACCOUNT,
    )
)
