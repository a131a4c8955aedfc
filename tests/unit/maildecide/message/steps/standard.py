"""What a step makes of a header section, by the fields that are to be seen to."""

from typing import Any

from tests.builders import a_context, a_mail

from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks, StandardFields
from maildecide.message.pipeline import Step, run
from maildecide.message.steps import local_delivery

SENDER = "bob@example.net"


def header_after(step: Step, header: bytes, *, envelope_sender: str = SENDER, **fields: Any) -> bytes:
    """Give the header section after `step`."""
    mail = a_mail(
        envelope=Envelope(envelope_sender, (Recipient("ada@example.com"),)),
        header=header,
        marks=Marks(fields=StandardFields(**fields)),
    )
    plan = run((step, local_delivery.apply), mail, a_context())
    (planned,) = plan.effects
    assert planned.mail.content == mail.content
    assert planned.mail.trace_fields == mail.trace_fields
    return planned.mail.header
