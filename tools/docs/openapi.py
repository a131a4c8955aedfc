"""docs/openapi.json: the REST API, from the routes of admin-api."""

from admin_api.app import describe
from admin_api.openapi import write


def page() -> str:
    """Give the document."""
    return write(describe())
