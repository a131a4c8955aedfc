"""`/addons`: programs and hooks that get messages before they are delivered, in their order.

What they may run, and where, is for the deployment to say (`mailcore.addon_limits`).
"""

from admin_api.examples import ADDON
from admin_api.resource import Resource, router_of
from mailcore.directory.addon import Addon, AddonFields

router = router_of(
    Resource(
        path="/addons",
        key="id",
        fields=AddonFields,
        read=Addon,
        store=lambda stores: stores.addons,
        example=ADDON,
        ordered_by="position",
    )
)
