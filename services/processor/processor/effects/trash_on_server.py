"""A copy in the server's trash, and the row by which an operator finds it and may release it.

A release sends the message through the pipeline again, under its own id, without ban and quarantine, for those
recipients whom it did not reach; the row therefore holds the message as the incoming queue takes it.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from mailcore.db.trash import TrashEntry
from mailcore.ids import derived_id
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Incoming, encode
from maildecide.message.actions import StoreLocal, TrashOnServer
from maildecide.message.plan import Plan
from maildecide.message.sharing import SERVER_TRASH
from maildecide.message.trashing import reason_of
from processor.effects import store_local
from processor.effects.outcome import Outcome
from processor.local_copy import LocalCopy
from processor.mail_stores import MailStores
from processor.mailboxes import LookTwice


async def carry_out(
    stores: MailStores, copy: LocalCopy, entry: TrashEntry, *, look_twice: LookTwice, deadline: float, now: float
) -> Outcome:
    """Store the copy as `store_local` does, and have the entry listed with it."""
    outcome = await store_local.carry_out(stores, copy, look_twice=look_twice, deadline=deadline, now=now)
    return replace(outcome, trashed=(entry,))


def copy_for(effect: TrashOnServer) -> StoreLocal:
    """Give the copy that lies in the trash."""
    return StoreLocal(SERVER_TRASH, effect.recipient)


def entry_of(incoming: Incoming, plans: Sequence[Plan], now: float) -> TrashEntry:
    """Give the entry for a message of which these are all the plans."""
    envelope = incoming.envelope
    places = {plan.place for plan in plans if _is_trashed(plan)}
    recipients = tuple(one for place, one in enumerate(envelope.recipients) if place in places)
    released = msgspec.structs.replace(
        incoming,
        envelope=msgspec.structs.replace(envelope, recipients=recipients),
        marks=msgspec.structs.replace(incoming.marks, banned=None, quarantined=False),
        begun=True,
    )
    return TrashEntry(
        id=str(derived_id(incoming.id, TrashOnServer.name, "")),
        message_id=str(incoming.id),
        at=now,
        reason=reason_of(incoming.marks),
        client_ip=incoming.client.ip,
        sender=envelope.sender,
        recipients=tuple(recipient.address for recipient in recipients),
        size=incoming.size,
        content=incoming.content.key if isinstance(incoming.content, StoredContent) else None,
        body=encode(released),
    )


def _is_trashed(plan: Plan) -> bool:
    return any(isinstance(planned.effect, TrashOnServer) for planned in (*plan.effects, *plan.shared))
