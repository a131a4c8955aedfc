"""One rule that holds, applied: its actions in their order, as what a step may ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import msgspec

from mailcore import events, replies
from mailcore.directory.folder_name import TRASH, folder_below
from mailcore.directory.rule_action import (
    CopyTo,
    Discard,
    PutIntoFolder,
    PutIntoTrash,
    Redirect,
    Reject,
    RuleAction,
    Stop,
)
from mailcore.directory.targets import AccountTarget
from mailcore.dsn.wanted import NOTHING, without_success
from maildecide.message.actions import Action, Apart, Done, Note, SendRemote, StoreLocal, TrashOnServer, Undeliverable
from maildecide.message.asking import asked, confirmed, with_notify
from maildecide.message.context import Context
from maildecide.message.edits import IntoFolder, NewHeader
from maildecide.message.mail import Mail
from maildecide.message.rules.compiled import CompiledRule
from maildecide.message.rules.editing import edited
from maildecide.message.rules.sending import Handling, deliveries
from maildecide.message.rules.telling import told


@dataclass(slots=True)
class Application:
    """A rule at work on a mail for one recipient."""

    rule: CompiledRule
    mail: Mail
    """The mail as it is now."""
    context: Context
    did: list[str] = field(default_factory=list)
    """What was done, in words."""
    is_last: bool = False
    """Whether no further rule is to be applied."""

    def actions(self) -> tuple[Action, ...]:
        """Carry out the rule's actions, up to one that ends it; a note of what was done comes first."""
        asked: list[Action] = []
        for action in self.rule.actions:
            self.did.append(told(action))
            asked += self._act(action)
            if self.is_last:
                break
        return (self._note(events.RULE_APPLIED, did="; ".join(self.did)), *asked)

    def _act(self, action: RuleAction) -> Iterator[Action]:
        match action:
            case PutIntoFolder(folder=folder):
                yield IntoFolder(folder_below(folder))
            case PutIntoTrash():
                yield from self._trash()
            case Discard():
                yield self._end("dropped")
            case Reject(text=text):
                yield from self._reject(text)
            case CopyTo(to=to):
                # Its sender has written to somebody else, and is not told who reads along.
                yield from self._send(to, self._handling(), with_notify(self.mail, self.context.place, NOTHING))
            case Redirect(to=to):
                yield from self._redirect(to)
            case Stop():
                self.is_last = True
            case edit:
                header = edited(self.mail.header, edit)
                if header != self.mail.header:
                    self.mail = msgspec.structs.replace(self.mail, header=header)
                    yield NewHeader(header)

    def _trash(self) -> Iterator[Action]:
        if isinstance(self.context.target, AccountTarget):
            yield IntoFolder(TRASH)
        else:
            yield TrashOnServer(self._named)
            yield self._end("put into the server's trash")

    def _reject(self, text: str) -> Iterator[Action]:
        """Refuse for good. Of what a banned client sent, or never finished, nobody is told (rows 5 and 15)."""
        yield self._note(events.RULE_REJECTED, text=text)
        if self._may_leave:
            yield Undeliverable(self._named, text, replies.MESSAGE_REJECTED.status)
        yield self._end("refused")

    def _redirect(self, to: tuple[str, ...]) -> Iterator[Action]:
        if not self._may_leave:
            self.did.append("not sent on")
            return
        mail, place = self.mail, self.context.place
        if sum(not isinstance(one, str) for one in self._deliveries(to, self._handling(), mail)) > 1:
            # As behind an alias with several (RFC 3461 5.2.7.3).
            yield from confirmed(mail, place, "expanded")
            mail = with_notify(mail, place, without_success(asked(mail, place)))
        notify, original = ",".join(sorted(asked(mail, place))), mail.envelope.recipients[place].original or ""
        sent = tuple(self._send(to, replace(self._handling(), notify=notify, original=original), mail))
        yield from sent
        if not sent:
            yield Undeliverable(self._named, f"nobody of {' '.join(to)} takes it")
        yield self._end("sent to others")

    def _send(self, to: tuple[str, ...], handling: Handling, mail: Mail) -> Iterator[Action]:
        if not self._may_leave:
            self.did.append("not sent on")
            return
        for delivery in self._deliveries(to, handling, mail):
            if isinstance(delivery, str):
                self.did.append(delivery)
            else:
                yield delivery if mail is self.mail or isinstance(delivery, Apart) else Apart(delivery, mail)

    def _deliveries(
        self, to: tuple[str, ...], handling: Handling, mail: Mail
    ) -> Iterator[StoreLocal | SendRemote | Apart | str]:
        for address in to:
            yield from deliveries(mail, address, self.context.resolutions.get(address), handling)

    def _handling(self) -> Handling:
        context = self.context
        # A recipient elsewhere is nobody's here: then there is no domain of ours to come from.
        domain = context.recipient.domain if context.via else ""
        if context.account is not None:
            domain = context.account.address.rpartition("@")[2]
        return Handling(self._named, srs=context.srs, domain=domain)

    @property
    def _named(self) -> str:
        return str(self.context.recipient)

    @property
    def _may_leave(self) -> bool:
        """Whether others may get to see it at all (rows 5 and 15)."""
        return not self.mail.marks.incomplete and self.mail.marks.banned is None

    def _end(self, how: str) -> Done:
        self.is_last = True
        return Done(f"{how} by header rule {self.rule.id} ({self.rule.name})")

    def _note(self, event: str, **detail: str) -> Note:
        return Note(event, (("rule", str(self.rule.id)), ("name", self.rule.name), *detail.items()))
