"""A recipient has gone since the 250: the message is kept for an operator, for this recipient alone.

A replay sends it through the pipeline again, under the message's own id: once the account is back it arrives there,
once, and nowhere else a second time.
"""

import msgspec

from mailcore import events
from mailcore.bus.topology import INCOMING
from mailcore.db.dead_letters import DeadLetter
from mailcore.ids import derived_id
from mailcore.mail.incoming import Incoming, encode
from maildecide.message.actions import Undeliverable
from processor.effects.outcome import Outcome


def carry_out(incoming: Incoming, effect: Undeliverable, place: int, now: float) -> Outcome:
    """Give the dead letter for the recipient at `place` of the envelope."""
    envelope = msgspec.structs.replace(incoming.envelope, recipients=(incoming.envelope.recipients[place],))
    letter = DeadLetter(
        id=str(derived_id(incoming.id, effect.name, effect.recipient)),
        queue=INCOMING,
        message_id=str(incoming.id),
        body=encode(msgspec.structs.replace(incoming, envelope=envelope, begun=True)),
        attempt=1,
        reason=f"{effect.recipient}: {effect.reason}",
        at=now,
    )
    return Outcome(events.DEAD, events.DEAD_LETTER, {"reason": effect.reason}, letters=(letter,))
