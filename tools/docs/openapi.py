"""docs/openapi.json: the REST API, from the routes of admin-api."""

import json

from admin_api.openapi import document


def page() -> str:
    """Give the document."""
    return json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
