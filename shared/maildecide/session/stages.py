"""Which checks run at which point of the SMTP dialogue, in order. The first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import (
    account_enabled,
    block_lists,
    hop_limit,
    local_sender,
    login,
    null_sender,
    only_whitelisted,
    recipient_exists,
    recipient_limit,
    refused_helo,
    refused_recipient,
    relay,
    reverse_dns,
    sender_domain,
    size,
    size_declared,
    strict_sender,
    submission_auth,
)
from maildecide.session.facts import (
    ConnectFacts,
    Facts,
    HeloFacts,
    ListingFacts,
    LoginFacts,
    MailFacts,
    MessageFacts,
    RcptFacts,
    ReverseFacts,
    SenderDomainFacts,
)

F = TypeVar("F", bound=Facts)
Check = Callable[[F, RuntimeSettings], Reply | None]

CONNECT: tuple[Check[ConnectFacts], ...] = ()
HELO: tuple[Check[HeloFacts], ...] = (refused_helo.check,)
AUTH: tuple[Check[LoginFacts], ...] = (login.check,)
MAIL: tuple[Check[MailFacts], ...] = (
    submission_auth.check,  # first: whoever must log in hears that before anything else
    null_sender.check,
    strict_sender.check,
    local_sender.check,
    only_whitelisted.check,
    size_declared.check,
)
# What DNS must be asked for stands apart and after the rest: nothing is looked up for who is refused already.
MAIL_REVERSE: tuple[Check[ReverseFacts], ...] = (reverse_dns.check,)
MAIL_SENDER_DOMAIN: tuple[Check[SenderDomainFacts], ...] = (sender_domain.check,)
RCPT: tuple[Check[RcptFacts], ...] = (
    recipient_limit.check,  # first: the cheapest, and what a sender with too many must hear
    relay.check,
    refused_recipient.check,  # before whoever asks learns whether there is such a mailbox
    recipient_exists.check,
    account_enabled.check,
)
RCPT_LISTING: tuple[Check[ListingFacts], ...] = (block_lists.check,)
MESSAGE: tuple[Check[MessageFacts], ...] = (size.check, hop_limit.check)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client is told instead, and which check said so."""

    check: str
    reply: Reply


def first_refusal(checks: tuple[Check[F], ...], facts: F, settings: RuntimeSettings) -> Refusal | None:
    """Run `checks` in order and give the first refusal, or None when all let pass."""
    for check in checks:
        if reply := check(facts, settings):
            return Refusal(check.__module__.rpartition(".")[2], reply)
    return None
