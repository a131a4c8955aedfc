"""Values that are valid as they are; a test changes what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from mailcore.address import parse_address
from mailcore.authentication.results import Authentication
from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.autoreply import Autoreply, AutoreplyFields
from mailcore.directory.domain import Domain
from mailcore.directory.forward import Forward, ForwardFields
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.directory.targets import AccountTarget, Resolution, Target
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Client, Incoming
from mailcore.seal import Seal
from mailcore.settings import RuntimeSettings, SmtpSettings
from maildecide.message.context import Context
from maildecide.message.mail import Arrival, Mail
from maildecide.session.facts import ClientFacts, LoginFacts, MailFacts, MessageFacts, OriginFacts, RcptFacts

MESSAGE = b"From: bob@example.net\r\nSubject: hello\r\n\r\nHow are you?\r\n"
MESSAGE_ID = UUID("018f0000-0000-7000-8000-000000000001")
CLIENT = Client("192.0.2.1", 50000, "client.example.net", "ESMTP", "smtp")
ARRIVAL = Arrival(MESSAGE_ID, 1_767_225_600.5, "mx.example.com", CLIENT)


def a_seal() -> Seal:
    """Give a seal, always of the same key."""
    return Seal([bytes(32)])


def an_account(address: str = "ada@example.com", **changes: Any) -> Account:
    """Give an account as stored."""
    domain = address.rpartition("@")[2]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    account = Account(
        id=1,
        created_at=now,
        updated_at=now,
        address=address,
        enabled=True,
        mailbox=f"{domain}/{address.rpartition('@')[0]}",
        quota_bytes=None,
        quota_messages=None,
        max_receive_size=None,
        cancel_list=(),
    )
    return account.model_copy(update=changes)


def an_alias(address: str, *to: str) -> Alias:
    """Give an alias as stored."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Alias(id=1, created_at=now, updated_at=now, address=address, to=to)


def a_domain(name: str = "example.com", **changes: Any) -> Domain:
    """Give a managed domain as stored."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Domain(id=1, created_at=now, updated_at=now, name=name).model_copy(update=changes)


def resolved(*targets: Account | Target) -> Resolution:
    """Give what resolving an address of ours found; nobody, when nothing is given."""
    made = tuple(AccountTarget(target) if isinstance(target, Account) else target for target in targets)
    return Resolution("found", made, "account") if made else Resolution("unknown")


def a_header_rule(*actions: Any, when: Sequence[Any] = (), **changes: Any) -> HeaderRule:
    """Give a header rule as stored, its conditions and actions as they are in JSON; a word alone is an action."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    written = [{"kind": action} if isinstance(action, str) else action for action in actions]
    fields = HeaderRuleFields.model_validate(
        {"name": "a rule", "when": when, "actions": written or ["stop"], **changes}
    )
    columns = fields.model_dump() | {"position": fields.position or 1}
    return HeaderRule.model_validate({"id": 1, "created_at": now, "updated_at": now, **columns})


def a_forward(*to: str, **changes: Any) -> Forward:
    """Give a forward as stored."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    fields = ForwardFields.model_validate({"to": to, **changes})
    columns = fields.model_dump() | {"position": fields.position or 1}
    return Forward.model_validate({"id": 1, "created_at": now, "updated_at": now, **columns})


def an_autoreply(body: str = "I am away.\n", **changes: Any) -> Autoreply:
    """Give an autoreply as stored."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    columns = AutoreplyFields.model_validate({"body": body, **changes}).model_dump()
    return Autoreply.model_validate({"id": 1, "created_at": now, "updated_at": now, **columns})


def an_envelope(*recipients: str, sender: str = "bob@example.net") -> Envelope:
    """Give an envelope for `recipients`, or for ada@example.com."""
    return Envelope(sender, tuple(Recipient(address) for address in recipients or ("ada@example.com",)))


def an_incoming(*recipients: str, octets: bytes = MESSAGE, **changes: Any) -> Incoming:
    """Give an accepted message for `recipients` with inline content."""
    mail = Incoming(
        id=MESSAGE_ID,
        accepted_at=1_767_225_600.5,
        envelope=an_envelope(*recipients),
        client=CLIENT,
        settings_revision=0,
        trace_fields=b"Received: from client.example.net\r\n\tby mx.example.com\r\n",
        header_size=header_size(octets),
        content=InlineContent(octets),
    )
    return msgspec.structs.replace(mail, **changes)


def a_mail(**changes: Any) -> Mail:
    """Give a message as the steps see it."""
    size = header_size(MESSAGE)
    mail = Mail(an_envelope(), b"Received: by us\r\n", MESSAGE[:size], InlineContent(MESSAGE), size, ARRIVAL)
    return msgspec.structs.replace(mail, **changes)


def a_context(recipient: str = "ada@example.com", **changes: Any) -> Context:
    """Give what the steps know of a recipient that has an account; `account` may name another one, or none."""
    account = changes.pop("account", an_account(recipient))
    target = None if account is None else AccountTarget(account)
    return replace(Context(parse_address(recipient), target, RuntimeSettings()), **changes)


def smtp_settings(**smtp: Any) -> RuntimeSettings:
    """Give the default settings with some of the SMTP ones changed."""
    return RuntimeSettings(smtp=SmtpSettings(**smtp))


def a_client(**changes: Any) -> ClientFacts:
    """Give a stranger on the SMTP port."""
    return replace(ClientFacts("192.0.2.1", helo="client.example.net"), **changes)


def login_facts(**changes: Any) -> LoginFacts:
    """Give a login that is right."""
    return replace(LoginFacts(a_client(tls=True), an_account(), password_is_right=True), **changes)


def mail_facts(**changes: Any) -> MailFacts:
    """Give a stranger's MAIL with an external sender."""
    return replace(MailFacts(a_client(), parse_address("bob@example.net")), **changes)


def rcpt_facts(**changes: Any) -> RcptFacts:
    """Give a stranger's first RCPT, for an account of ours."""
    facts = RcptFacts(
        client=a_client(),
        sender=parse_address("bob@example.net"),
        recipient=parse_address("ada@example.com"),
        resolution=resolved(an_account()),
        accepted_so_far=0,
    )
    return replace(facts, **changes)


def message_facts(**changes: Any) -> MessageFacts:
    """Give a stranger's small message from an external sender."""
    facts = MessageFacts(
        client=a_client(), sender=parse_address("bob@example.net"), sender_is_local=False, size=1000, hops=1
    )
    return replace(facts, **changes)


def origin_facts(found: Authentication, **changes: Any) -> OriginFacts:
    """Give what was found out about a stranger's message."""
    return replace(OriginFacts(a_client(), found), **changes)
