"""Which checks run at which point of the SMTP dialogue, in order. The first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import (
    account_enabled,
    hop_limit,
    local_sender,
    login,
    null_sender,
    recipient_exists,
    recipient_limit,
    relay,
    size,
    size_declared,
    strict_sender,
    submission_auth,
)
from maildecide.session.facts import ConnectFacts, Facts, HeloFacts, LoginFacts, MailFacts, MessageFacts, RcptFacts

F = TypeVar("F", bound=Facts)
Check = Callable[[F, RuntimeSettings], Reply | None]

CONNECT: tuple[Check[ConnectFacts], ...] = ()
HELO: tuple[Check[HeloFacts], ...] = ()
AUTH: tuple[Check[LoginFacts], ...] = (login.check,)
MAIL: tuple[Check[MailFacts], ...] = (
    submission_auth.check,  # first: whoever must log in hears that before anything else
    null_sender.check,
    strict_sender.check,
    local_sender.check,
    size_declared.check,
)
RCPT: tuple[Check[RcptFacts], ...] = (
    recipient_limit.check,  # first: the cheapest, and what a sender with too many must hear
    relay.check,
    recipient_exists.check,
    account_enabled.check,
)
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
