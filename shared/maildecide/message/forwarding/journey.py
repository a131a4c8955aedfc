"""The way of one message along the forwards of accounts, from the one that it came for.

Mail for local accounts is stored directly, and they may forward it further; of their other features only quota and
cancel list hold. Or it is sent to our own SMTP port, as row 22 says, and is a message for them like any other. Each
account gets the message once. It goes no further where it has been before, or where a server would refuse it for its
many hops: there it stays, and nobody is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import msgspec

from mailcore import events
from mailcore.address import parse_address
from mailcore.directory.account import Account
from mailcore.directory.folder_name import TRASH
from mailcore.directory.forward import Forward
from mailcore.directory.targets import AccountTarget, ListTarget, RemoteTarget, Resolution, ServerTarget, Target
from mailcore.dsn.language import language_for
from mailcore.dsn.wanted import NOTHING, without_success
from mailcore.ids import derived_id
from maildecide import cancel_list
from maildecide.message.actions import (
    Action,
    Apart,
    Effect,
    Note,
    Reenter,
    Resubmit,
    SendRemote,
    StoreLocal,
    TakeBack,
    Undeliverable,
)
from maildecide.message.asking import asked, confirmed, with_notify
from maildecide.message.context import Context
from maildecide.message.forwarding.choice import chosen
from maildecide.message.forwarding.notice import notice
from maildecide.message.forwarding.rewriting import as_ours
from maildecide.message.forwarding.trail import has_been_at, hops, sent_on
from maildecide.message.mail import Mail

Arrival = Literal["taken", "under way", "dropped", "refused", "loop"]
"""`under way`: whoever it is for may refuse it yet, for good."""


class Journey:
    """Collects what is to be done on the way."""

    def __init__(self, context: Context, message_id: UUID) -> None:
        """`message_id`: that of the message, by which new ones that come of it are told from it."""
        self._context = context
        self._message_id = message_id
        self._served: set[tuple[str, UUID]] = set()
        self.actions: list[Action] = []

    def leave(self, mail: Mail, account: Account, forward: Forward, path: tuple[str, ...]) -> bool:
        """Send `mail` on from `account`; say whether it stays there as well.

        `path`: the accounts that it has passed, this one included.
        """
        if why := self._stuck(mail, account):
            self._stop(account, why)
            return True
        is_expanded = len([target for address in forward.to for target in self._takers(address)]) > 1
        leg = _Leg(self._as_asked(mail, forward, is_expanded=is_expanded), account, forward, path)
        arrivals = {arrival for address in forward.to for arrival in self._send(leg, address)}
        if not arrivals.isdisjoint({"taken", "under way"}):
            self._note(events.FORWARDED, account, forward=str(forward.id), to=" ".join(forward.to))
            if leg.mail is not mail and not forward.keep_copy:
                self.actions += [Apart(one, mail) for one in confirmed(mail, self._context.place, "expanded")]
            if leg.parting and "taken" not in arrivals:
                self._take_back(leg)
            return forward.keep_copy
        if forward.keep_copy:
            return True
        if "loop" in arrivals:
            self._stop(account, "it has been at every target before")
            return True
        if "refused" in arrivals:
            self._give_back(mail, account, forward)
        return False

    def _as_asked(self, mail: Mail, forward: Forward, *, is_expanded: bool) -> Mail:
        """Give the message with what its sender asks for of what is sent on.

        No success where the account has it, nor of several, as behind an alias (RFC 3461 5.2.7.3).
        """
        place = self._context.place
        if self._made(mail) or forward.content == "subject" or not (forward.keep_copy or is_expanded):
            return mail
        return with_notify(mail, place, without_success(asked(mail, place)))

    def _takers(self, address: str) -> tuple[Target, ...]:
        resolution = self._context.resolutions.get(address, Resolution("unknown"))
        return (RemoteTarget(address),) if resolution.status == "unmanaged" else resolution.takers

    def _send(self, leg: "_Leg", address: str) -> Iterator[Arrival]:
        resolution = self._context.resolutions.get(address, Resolution("unknown"))
        if self._context.settings.smtp.local_forward_via_mta and _is_ours(resolution):
            yield self._reenter(leg, address, resolution)
            return
        targets: tuple[Target | None, ...] = resolution.targets or (None,)
        if resolution.status == "unmanaged":
            targets = (RemoteTarget(address),)
        for target in targets:
            yield self._arrive(leg, address, target)

    def _reenter(self, leg: "_Leg", address: str, resolution: Resolution) -> Arrival:
        mail, targets = leg.mail, resolution.targets
        if all(isinstance(one, AccountTarget) and has_been_at(mail, one.account.address) for one in targets):
            return "loop"
        other = self._sent(leg, address)
        made = self._made(other)
        recipient = other.envelope.recipients[0 if made else self._context.place]
        is_caught = self._context.via == "catch_all" or mail.marks.caught
        other = msgspec.structs.replace(other, marks=msgspec.structs.replace(other.marks, caught=is_caught))
        notify, named = "NEVER" if made else ",".join(sorted(recipient.notify)), str(self._context.recipient)
        self._act(Reenter(address, notify, recipient.original or "", named, made, leg.parting), other)
        return "under way"

    def _sent(self, leg: "_Leg", address: str) -> Mail:
        """Give what is sent to a target: the message as it is, or a new one that tells of it."""
        mail, account = leg.mail, leg.account.address
        if leg.forward.content == "subject":
            language = language_for(self._context.settings.delivery.dsn_language, mail.header)
            return notice(mail, account, address, language)
        return sent_on(mail, account)

    def _arrive(self, leg: "_Leg", address: str, target: Target | None) -> Arrival:
        other = self._sent(leg, address)
        if leg.forward.keep_copy and not self._made(other):
            # Its sender has brought it to a mailbox: nobody is told of this copy.
            other = with_notify(other, self._context.place, NOTHING)
        match target:
            case ListTarget(known):
                self._act(Resubmit(known.list.address_of(known.role), made=self._made(other)), other)
                return "taken"
            case None:
                self._refuse(leg.account, address, "nobody is behind it any more")
                return "refused"
            case ServerTarget(mailbox):
                self._act(StoreLocal(mailbox, address, made=self._made(other), parting=leg.parting), other)
                return "under way"
            case RemoteTarget(elsewhere):
                return self._arrive_elsewhere(other, leg, elsewhere)
            case AccountTarget(owner, folder):
                copy = StoreLocal(owner.mailbox, address, folder, owner.address, parting=leg.parting)
                return self._arrive_at(other, copy, owner, leg.path)

    def _arrive_elsewhere(self, mail: Mail, leg: "_Leg", address: str) -> Arrival:
        if has_been_at(mail, address):
            return "loop"
        domain, named, made = parse_address(address).domain, str(self._context.recipient), self._made(mail)
        # Its sender knows nothing of what was made here; of a copy, not where it goes.
        notify, original = "NEVER", ""
        if not (leg.forward.keep_copy or made):
            recipient = mail.envelope.recipients[self._context.place]
            notify, original = ",".join(sorted(recipient.notify)), recipient.original or ""
        mail, token = as_ours(mail, self._context.srs, leg.account.address.rpartition("@")[2])
        self._act(SendRemote(address, domain, notify, original, named, token, made, leg.parting), mail)
        return "under way"

    def _arrive_at(self, mail: Mail, copy: StoreLocal, account: Account, path: tuple[str, ...]) -> Arrival:
        if account.address in path or has_been_at(mail, account.address):
            return "loop"
        if (account.address, mail.arrival.id) in self._served:
            return "taken"
        if not account.enabled:
            self._refuse(account, copy.recipient, "the account is disabled")
            return "refused"
        if cancel_list.refuses(account, mail.envelope.sender):
            self._refuse(account, copy.recipient, "the account's cancel list names the sender")
            return "dropped"
        self._served.add((account.address, mail.arrival.id))
        forward = chosen(self._context.orders_of(account).forwards, mail.envelope.sender)
        if forward is not None and not self.leave(mail, account, forward, (*path, account.address)):
            # What becomes of it there is that account's own affair.
            return "taken"
        self._act(replace(copy, made=self._made(mail)), mail)
        return "under way"

    def _take_back(self, leg: "_Leg") -> None:
        """Have it in the account's trash, should nobody take it in the end.

        Its sender hears of each that refuses it; of a notice nobody hears, so that he is told of that apart.
        """
        mail, account, made = leg.mail, leg.account, self._made(leg.mail)
        copy = StoreLocal(account.mailbox, account.address, TRASH, account.address, made)
        is_told = leg.forward.content == "full" or bool(made)
        self._act(TakeBack(leg.parting, copy, "" if is_told else _nobody(leg.forward)), mail)

    def _give_back(self, mail: Mail, account: Account, forward: Forward) -> None:
        """Nobody takes it and no copy is kept: the sender hears of it, and the account has it in its trash."""
        made = self._made(mail)
        self._act(StoreLocal(account.mailbox, account.address, TRASH, account.address, made), mail)
        if not made:
            self._act(Undeliverable(account.address, _nobody(forward)), mail)

    def _made(self, mail: Mail) -> str:
        return "" if mail.arrival.id == self._message_id else str(mail.arrival.id)

    def _stuck(self, mail: Mail, account: Account) -> str | None:
        if has_been_at(mail, account.address):
            return "it has been here before"
        most = self._context.settings.smtp.max_hops
        if most and hops(mail) >= most:
            return f"it has passed {hops(mail)} servers"
        return None

    def _act(self, effect: Effect, mail: Mail) -> None:
        self.actions.append(Apart(effect, mail))

    def _stop(self, account: Account, why: str) -> None:
        self._note(events.FORWARD_STOPPED, account, reason=why)

    def _refuse(self, account: Account, address: str, why: str) -> None:
        self._note(events.FORWARD_REFUSED, account, to=address, reason=why)

    def _note(self, event: str, account: Account, **detail: str) -> None:
        self.actions.append(Note(event, (("account", account.address), *detail.items())))


def _is_ours(resolution: Resolution) -> bool:
    """Whether somebody of ours is behind it who may do more with mail than store it."""
    return resolution.is_local and not all(isinstance(one, RemoteTarget | ServerTarget) for one in resolution.targets)


def _nobody(forward: Forward) -> str:
    return f"nobody of {' '.join(forward.to)} takes it"


@dataclass(frozen=True, slots=True)
class _Leg:
    """One stretch of the way: what an account sends on by one of its forwards."""

    mail: Mail
    account: Account
    forward: Forward
    path: tuple[str, ...]
    """The accounts that it has passed, this one included."""

    @property
    def parting(self) -> str:
        """What waits until somebody takes it; empty where the account keeps a copy."""
        if self.forward.keep_copy:
            return ""
        return str(derived_id(self.mail.arrival.id, "parting", self.account.address))
