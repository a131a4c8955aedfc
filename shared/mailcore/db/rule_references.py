"""What header rules name, checked against what is stored at this moment: whose mail, and whom they send to."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import parse_address, stored_form
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.local_addresses import local_form
from mailcore.db.references import read_smtp_settings
from mailcore.directory.header_rule import EVERYBODY
from mailcore.errors import Invalid, Problem
from mailcore.settings import SmtpSettings


async def stored_scope(connection: AsyncConnection, scope: str) -> str:
    """Give the stored form of a scope. Raises Invalid when it is neither a managed domain nor an account."""
    if scope == EVERYBODY:
        return scope
    directory = StoredDirectory(connection)
    local, at, name = scope.rpartition("@")
    domain = await directory.domain(name)
    if domain is None:
        raise Invalid(Problem(("scope",), f"{name} is no managed domain; allowed: {EVERYBODY}, a domain, an account"))
    if not (at and local):
        return scope
    address = stored_form(parse_address(scope), case_sensitive=domain.case_sensitive)
    if await directory.account(address) is None:
        raise Invalid(Problem(("scope",), f"there is no account {address}"))
    return address


async def stored_actions(connection: AsyncConnection, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give actions, as JSON, with addresses in their stored form. Raises Invalid, naming each that is not local."""
    if not any(isinstance(action.get("to"), list) for action in actions):
        return actions
    directory, settings = StoredDirectory(connection), await read_smtp_settings(connection)
    stored: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for place, action in enumerate(actions):
        kept = dict(action)
        if isinstance(action.get("to"), list):
            forms: list[str] = []
            for index, address in enumerate(action["to"]):
                try:
                    forms.append(await _form(directory, address, settings))
                except ValueError as error:
                    problems.append(Problem(("actions", place, "to", index), str(error)))
            kept["to"] = list(dict.fromkeys(forms))
        stored.append(kept)
    if problems:
        raise Invalid(*problems)
    return stored


async def _form(directory: StoredDirectory, text: str, settings: SmtpSettings) -> str:
    """Give the stored form of an address: of a local one, or as it is where its domain is not managed."""
    address = parse_address(text)
    is_managed = not address.is_literal and await directory.domain(address.domain) is not None
    return await local_form(directory, text, settings) if is_managed else str(address)
