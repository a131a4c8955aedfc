"""How clients that nobody vouches for are looked at."""

from typing import Annotated, Literal

from pydantic import Field

from mailcore.settings.group import Pattern, SenderEntry, SettingsGroup, Zone, entries


class StrangerSettings(SettingsGroup):
    """Checks for the SMTP port. Authenticated clients and relay-permitted addresses are not strangers."""

    bare_line_endings: Literal["refuse_strangers", "refuse", "normalise"] = "refuse_strangers"
    """What happens to a CR or LF that stands alone in a message, the means of SMTP smuggling.

    `refuse`: 550 5.5.2; `normalise`: it becomes CRLF; `refuse_strangers`: refused from strangers, normalised for
    authenticated and relay-permitted clients. What goes on never contains one.
    """

    greet_pause_seconds: Annotated[float, Field(ge=0, le=300, strict=False)] = 0.0
    """How many seconds the greeting waits. A client that talks before it gets 554 5.5.0 and is dropped.

    Not on submission, nor for clients that a `pass` rule matches.
    """

    refused_helo: Annotated[tuple[Pattern, ...], entries()] = ()
    """Patterns of HELO and EHLO names that get 550 5.7.1. Compared case-insensitively."""

    refused_recipients: Annotated[tuple[Pattern, ...], entries()] = ()
    """Patterns of recipient addresses that get 550 5.7.1 from everybody. Compared case-insensitively."""

    sender_whitelist: Annotated[tuple[SenderEntry, ...], entries(10_000)] = ()
    """Senders exempt from content and DNS checks: `user@domain` or `@domain`."""

    only_whitelisted: bool = False
    """Whether every other sender of a stranger gets 550 5.7.1 at MAIL."""

    reverse_dns: Literal["off", "must_exist", "must_match"] = "off"
    """Whether a client's address must have a name in DNS; otherwise 550 5.7.25 at MAIL (no answer: 450 4.7.25).

    `must_match`: one of its names must lead back to the address. Not recommended without a clear policy: many honest
    servers fail it.
    """

    dns_block_lists: Annotated[tuple[Zone, ...], entries(50)] = ()
    """Zones in which a client's address must not be listed; otherwise 550 5.7.1 at RCPT. No answer: not listed."""
