"""What the header rules will make of a message whose data has ended."""

from ingress.accept import client_of, marks_of
from ingress.parts import Parts
from ingress.seam import SessionState
from ingress.transaction import Transaction
from mailcore.address import parse_address
from mailcore.directory.resolution import resolve
from mailcore.mail.content import StoredContent
from mailcore.mail.received import server_name
from maildecide.message.context import Context, contexts_of
from maildecide.message.foreseeing import foreseen_rejection
from maildecide.message.mail import Arrival, Mail
from maildecide.session.facts import RuleVerdictFacts


async def rule_verdict(
    parts: Parts, state: SessionState, transaction: Transaction, section: bytes, size: int
) -> RuleVerdictFacts:
    """Give whether they reject it for everybody, from its header section and its size. Raises DatabaseAway."""
    settings, rules = transaction.snapshot.settings, parts.header_rules()
    contexts: list[Context] = []
    for place, recipient in enumerate(transaction.recipients):
        address = parse_address(recipient.address)
        resolution = await resolve(parts.directory, address, settings.smtp)
        contexts += contexts_of(Context(address, None, settings, place, rules=rules), resolution)
    mail = Mail(
        envelope=transaction.envelope,
        trace_fields=b"",
        header=section,
        content=StoredContent("", size),
        body_start=len(section),
        arrival=Arrival(transaction.id, parts.now(), server_name(parts.hostname), client_of(state, transaction)),
        marks=marks_of(state, transaction, parts.hostname),
    )
    return RuleVerdictFacts(foreseen_rejection(mail, contexts))
