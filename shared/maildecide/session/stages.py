"""Which checks run at which point of the SMTP dialogue, in order. The first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import (
    account_enabled,
    banned,
    block_lists,
    cancel_list,
    connection_limit,
    connection_limit_per_client,
    dmarc,
    early_talker,
    header_rule,
    hop_limit,
    list_post,
    list_poster,
    local_sender,
    login,
    login_throttle,
    maintenance,
    maintenance_greeting,
    null_sender,
    only_whitelisted,
    quota,
    receive_size,
    receive_size_declared,
    recipient_exists,
    recipient_limit,
    refused_helo,
    refused_recipient,
    relay,
    returned_mail,
    reverse_dns,
    room,
    send_rate,
    sender_domain,
    size,
    size_declared,
    spf,
    strict_sender,
    submission_auth,
    submission_sender,
)
from maildecide.session.facts import (
    AdmitFacts,
    AllowanceFacts,
    AttemptFacts,
    ConnectFacts,
    Facts,
    GreetFacts,
    HeloFacts,
    ListingFacts,
    LoginFacts,
    MailFacts,
    MessageFacts,
    OriginFacts,
    RcptFacts,
    ReverseFacts,
    RuleVerdictFacts,
    SenderDomainFacts,
)

F = TypeVar("F", bound=Facts)
Check = Callable[[F, RuntimeSettings], Reply | None]

# Before anything costs time; and again, for a client that might be let pass, when its names are known.
ADMIT: tuple[Check[AdmitFacts], ...] = (connection_limit.check, connection_limit_per_client.check)
CONNECT: tuple[Check[ConnectFacts], ...] = (maintenance_greeting.check, banned.check)
# After the greet pause.
GREET: tuple[Check[GreetFacts], ...] = (early_talker.check,)
HELO: tuple[Check[HeloFacts], ...] = (refused_helo.check,)
# Before the password is looked at: a guess that is not heard costs no hash and tells nothing.
AUTH_ATTEMPT: tuple[Check[AttemptFacts], ...] = (login_throttle.check,)
AUTH: tuple[Check[LoginFacts], ...] = (login.check,)
MAIL: tuple[Check[MailFacts], ...] = (
    maintenance.check,
    submission_auth.check,  # whoever must log in hears that before anything about the sender
    null_sender.check,
    strict_sender.check,
    local_sender.check,
    submission_sender.check,
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
    returned_mail.check,
    account_enabled.check,
    list_poster.check,
    cancel_list.check,
    receive_size_declared.check,
    quota.check,  # last: who is refused for good is not asked to come again
)
RCPT_LISTING: tuple[Check[ListingFacts], ...] = (block_lists.check,)
# Last of all: only a recipient that is accepted is counted.
RCPT_ALLOWANCE: tuple[Check[AllowanceFacts], ...] = (send_rate.check,)
MESSAGE: tuple[Check[MessageFacts], ...] = (size.check, hop_limit.check, receive_size.check, room.check)
# SPF first: RFC 7489 6.7 lets whoever refuses by SPF do so before DMARC is looked at.
MESSAGE_ORIGIN: tuple[Check[OriginFacts], ...] = (spf.check, dmarc.check)
# Rules are asked last, and only where one could reject: they read the whole header section.
MESSAGE_RULES: tuple[Check[RuleVerdictFacts], ...] = (header_rule.check, list_post.check)


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
