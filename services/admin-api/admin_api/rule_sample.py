"""What `POST /header-rules/try` takes and gives."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mailcore.address import parse_address
from mailcore.authentication.results import ArcResult, DkimResult, DmarcPolicy, DmarcResult, SpfResult
from mailcore.directory.client_match import address_number
from mailcore.directory.header_rule import HeaderRuleFields
from mailcore.directory.stored import Entity


def _address(text: str) -> str:
    parse_address(text)
    return text


def _sender(text: str) -> str:
    return _address(text) if text else text


def _ip(text: str) -> str:
    address_number(text)
    return text


class SampleOrigin(Entity):
    """What SPF, DKIM, DMARC and ARC say of a message."""

    spf: SpfResult = "none"
    """Whether the sender's domain lets the client send its mail."""
    dkim: DkimResult = "none"
    """What its signatures are worth."""
    dmarc: DmarcResult = "none"
    """Whether the domain of `From:` stands by it."""
    dmarc_policy: DmarcPolicy = "none"
    """What that domain asks for otherwise."""
    arc: ArcResult = "none"
    """Whether what earlier servers found can be believed."""
    aligned: bool = False
    """Whether SPF or a signature vouches for the domain of `From:`."""


class Sample(Entity):
    """A message as it might come, and the rules to try on it."""

    rules: Annotated[tuple[HeaderRuleFields, ...], Field(max_length=1000)] | None = None
    """Rules that need not be saved, in their order; numbered from 1 in the answer. null: those that are saved."""
    message: Annotated[str, Field(max_length=900_000)]
    """Header section and body, lines ended by LF or CRLF."""
    sender: Annotated[str, Field(max_length=320), AfterValidator(_sender)] = ""
    """The envelope sender; empty: the null sender."""
    recipient: Annotated[str, Field(max_length=320), AfterValidator(_address)]
    """A recipient in the envelope."""
    client_ip: Annotated[str, Field(max_length=64), AfterValidator(_ip)] = "192.0.2.1"
    """The client's address."""
    account: Annotated[str, Field(max_length=320), AfterValidator(_address)] | None = None
    """The account that it logged in as."""
    listener: Literal["smtp", "submission", "submissions"] = "smtp"
    """The port it came in by."""
    relay_permitted: bool = False
    """Whether it may relay."""
    banned: bool = False
    """Whether it is banned, and what it sends is marked."""
    sender_domain_missing: bool = False
    """Whether the sender's domain was looked up and is missing."""
    origin: SampleOrigin | None = None
    """What was found of where it is from. null: nobody asked."""


class Applied(Entity):
    """A rule that held."""

    rule: int
    """Its number."""
    name: str
    """What it is called."""
    did: str
    """What it did."""


class Tried(Entity):
    """What becomes of the message for one of those who are behind the recipient."""

    target: str
    """Who; empty when nobody is."""
    applied: tuple[Applied, ...]
    """The rules that held, in their order."""
    header: str
    """The header section as the rules leave it, below what this server adds."""
    disposition: Literal["stored", "trashed", "discarded", "rejected", "redirected", "undeliverable"]
    """What becomes of it."""
    folder: str
    """The folder of the mailbox, as Maildir++ has it; empty: the inbox."""
    sent_to: tuple[str, ...]
    """Addresses that it goes to as well, or instead."""
    reason: str | None
    """Why it went no further; null when it is stored."""


class TrialResult(Entity):
    """What the rules would do."""

    reply: str | None
    """What the client is told at the end of data where the rules reject the message for this recipient alone; null: it
    is accepted."""
    targets: tuple[Tried, ...]
    """One for each who is behind the recipient."""
