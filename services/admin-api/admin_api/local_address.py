"""Settings whose value must be a local address (rows 16 and 19): checked against the directory before they are stored.

Here and not in the settings' model, which knows no directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from admin_api.stores import Stores
from mailcore.address import normalise_local_address
from mailcore.errors import Invalid, NotFound, Problem

_ROLES = ("postmaster", "abuse")
"""Local addresses of every managed domain (RFC 2142 5), whether an account has the name or not."""


@dataclass(frozen=True, slots=True)
class _Rule:
    also: tuple[str, ...] = ()
    """Words that may stand in place of an address."""


_RULES: Mapping[tuple[str, str], _Rule] = {
    ("smtp", "catch_all_address"): _Rule(),
    ("smtp", "autoreply_from"): _Rule(also=("recipient",)),
}


async def with_local_addresses(stores: Stores, group: str, changes: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give `changes` with addresses in the form in which they are stored.

    Raises Invalid, naming each key, when an address is not local, and DatabaseAway.
    """
    checked = dict(changes)
    problems: list[Problem] = []
    for (ruled, key), rule in _RULES.items():
        value = changes.get(key)
        if ruled != group or not isinstance(value, str) or value in rule.also:
            continue
        try:
            checked[key] = await _local(stores, value)
        except ValueError as error:
            words = "".join(f"`{word}` or " for word in rule.also)
            problems.append(Problem((key,), f"{error}; allowed: {words}a local address"))
    if problems:
        raise Invalid(*problems)
    return checked


async def _local(stores: Stores, text: str) -> str:
    address = normalise_local_address(text)
    local_part, _, domain = address.rpartition("@")
    try:
        if local_part in _ROLES:
            await stores.domains.get(domain)
        else:
            await stores.accounts.get(address)
    except NotFound as error:
        raise ValueError(str(error)) from None
    return address
