"""A header rule: what is done with messages that meet conditions, for everybody, a domain or an account."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mailcore.address import domain_to_ascii, read_local_address
from mailcore.directory.rule_action import RuleActions
from mailcore.directory.rule_condition import Conditions, refuse_excess
from mailcore.directory.rule_text import RuleName
from mailcore.directory.stored import Entity, Placed

EVERYBODY = "everybody"
Direction = Literal["incoming", "outgoing", "both"]
MOST_RULES = 1_000_000


def _scope(text: str) -> str:
    if text == EVERYBODY:
        return text
    return str(read_local_address(text)) if "@" in text else domain_to_ascii(text)


Scope = Annotated[str, Field(min_length=1, max_length=320), AfterValidator(_scope)]
"""Whose messages: `everybody`, a managed domain, or an account."""
When = Annotated[Conditions, AfterValidator(refuse_excess)]


class HeaderRuleFields(Entity):
    """What an operator writes of a header rule."""

    name: RuleName
    """What it is called; no two have one name."""
    when: When = ()
    """Its conditions, all of which must hold; without any it always applies.

    They see the message as earlier rules have left it.
    """
    actions: RuleActions
    """What is done, in this order."""
    scope: Scope = EVERYBODY
    """Whose messages: `everybody`; a managed domain; or an account, by its address.

    Incoming mail is that of the recipient and of whom it leads to, outgoing mail that of the account that logged in, or
    else of the envelope sender.
    """
    direction: Direction = "incoming"
    """`incoming`: mail for mailboxes here. `outgoing`: mail from somebody who logged in, or from a local address by a
    client that may relay. Mail from one of us to another is both. `both`: either."""
    enabled: bool = True
    """Whether it is applied."""
    position: Annotated[int, Field(ge=1, le=MOST_RULES)] | None = None
    """The place in the list, from 1. Those from there on move down by one. null, or beyond the end: the last place."""


class HeaderRule(Placed):
    """A header rule as stored."""

    name: str
    """What it is called."""
    when: Conditions
    """Its conditions, all of which must hold."""
    actions: RuleActions
    """What is done, in this order."""
    scope: str
    """Whose messages: `everybody`, a managed domain, or an account."""
    direction: Direction
    """`incoming`, `outgoing` or `both`."""
    enabled: bool
    """Whether it is applied."""
