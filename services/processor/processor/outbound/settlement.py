"""What an attempt means: who has the message, who waits on, who never gets it, and who hears of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from mailcore.dsn.report import Action, Notice
from mailcore.dsn.wanted import is_wanted
from mailcore.settings import DeliverySettings
from processor.outbound.attempt import Result
from processor.outbound.client.answer import Answer
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.schedule import gives_up_at, is_delay_due
from processor.outbound.verdict import Verdict, for_now, status_of, verdict

_NOT_TRIED = Result(Answer("connect", why="there was no time left to try"))


@dataclass(frozen=True, slots=True)
class Settled:
    """One recipient after an attempt."""

    recipient: RemoteRecipient
    result: Result
    verdict: Verdict
    """`failed` also when the time is over."""
    is_expired: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """All recipients after an attempt."""

    each: tuple[Settled, ...]
    waiting: tuple[RemoteRecipient, ...]
    """Who has it not yet; those who are told of the delay now say so."""
    notices: tuple[Notice, ...]
    """What the sender wants to hear."""

    @property
    def ended(self) -> Iterator[tuple[RemoteRecipient, bool]]:
        """Who waits no more, and whether he has it."""
        return ((one.recipient, one.verdict == "delivered") for one in self.each if one.verdict != "later")

    def count(self, kind: Verdict) -> int:
        """Give how many recipients were judged so."""
        return sum(one.verdict == kind for one in self.each)


def settle(mail: RemoteMail, results: Mapping[str, Result], settings: DeliverySettings, now: float) -> Settlement:
    """Judge the results of an attempt that ended `now`."""
    is_over = now >= gives_up_at(mail.accepted_at, settings)
    is_late = is_delay_due(mail.accepted_at, settings, now)
    each: list[Settled] = []
    waiting: list[RemoteRecipient] = []
    notices: list[Notice] = []
    for recipient in mail.recipients:
        one = _settled(recipient, results.get(recipient.address, _NOT_TRIED), is_over=is_over)
        each.append(one)
        action = _action(one, is_late=is_late)
        if action is not None and is_wanted(action, recipient.notify, mail.sender_for(recipient)):
            notices.append(_notice(one, action, mail, settings, now))
        if one.verdict == "later":
            # Whoever does not want to hear of the delay is not asked again either.
            told = recipient.is_told_of_delay or action == "delayed"
            waiting.append(msgspec.structs.replace(recipient, is_told_of_delay=told))
    return Settlement(tuple(each), tuple(waiting), tuple(notices))


def of_done(mail: RemoteMail, now: float) -> Settlement:
    """Give what the sender wants to hear of what has happened here."""
    if not mail.done:
        return Settlement((), (), ())
    notices = tuple(
        Notice(
            recipient=one.address,
            action=mail.done,
            status=mail.refusal_status or "2.0.0",
            why=mail.refusal,
            original=one.original,
            named=one.named,
            attempted_at=now,
            retry_until=mail.retry_until,
        )
        for one in mail.recipients
        if is_wanted(mail.done, one.notify, mail.sender)
    )
    return Settlement((), (), notices)


def _settled(recipient: RemoteRecipient, result: Result, *, is_over: bool) -> Settled:
    found = verdict(result.answer)
    if found == "later" and is_over:
        return Settled(recipient, result, "failed", is_expired=True)
    return Settled(recipient, result, found)


def _action(one: Settled, *, is_late: bool) -> Action | None:
    match one.verdict:
        case "failed":
            return "failed"
        case "delivered":
            # A server that knows DSN reports itself (RFC 3461 5.2.2).
            return None if one.result.knows_dsn else "relayed"
        case "later":
            return "delayed" if is_late and not one.recipient.is_told_of_delay else None


def _notice(one: Settled, action: Action, mail: RemoteMail, settings: DeliverySettings, now: float) -> Notice:
    answer, server = one.result.answer, one.result.server
    status = "5.4.7" if one.is_expired else status_of(answer)
    return Notice(
        recipient=one.recipient.address,
        action=action,
        status=for_now(status) if action == "delayed" else status,
        why=_why(answer),
        is_remote=answer.reply is not None,
        original=one.recipient.original,
        remote_mta=None if server is None else server.name,
        named=one.recipient.named,
        attempted_at=now,
        retry_until=gives_up_at(mail.accepted_at, settings) if action == "delayed" else None,
        is_expired=one.is_expired,
    )


def _why(answer: Answer) -> str:
    if answer.reply is None:
        return answer.why
    head = f"{answer.reply.code} {answer.reply.status}".rstrip()
    return "\n".join(f"{head} {line}" for line in answer.reply.text.split("\n"))
