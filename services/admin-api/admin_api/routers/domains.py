"""`/domains`: the domains that mail is received for."""

from admin_api.examples import DOMAIN
from admin_api.resource import Resource, router_of
from mailcore.directory.domain import Domain, DomainFields

router = router_of(
    Resource(
        path="/domains",
        key="name",
        fields=DomainFields,
        read=Domain,
        store=lambda stores: stores.domains,
        example=DOMAIN,
    )
)
