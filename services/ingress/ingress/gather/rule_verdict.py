"""What header rules and mailing lists will make of a message whose data has ended."""

from ingress.accept import client_of, marks_of
from ingress.parts import Parts
from ingress.seam import SessionState
from ingress.transaction import Transaction
from mailcore.address import parse_address
from mailcore.directory.list_authors import members_among
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import ListTarget, Resolution
from mailcore.mail.content import StoredContent
from mailcore.mail.header_edits import fields_called
from mailcore.mail.media_type import DEFAULT_TYPE, media_type_of
from mailcore.mail.received import server_name
from maildecide.lists.authors import authors_of
from maildecide.lists.knowledge import ListKnowledge
from maildecide.lists.poster import posters_of
from maildecide.message.context import Context, contexts_of
from maildecide.message.foreseeing import foresee, foreseen_rejection
from maildecide.message.mail import Arrival, Mail
from maildecide.session.facts import RuleVerdictFacts


async def rule_verdict(
    parts: Parts, state: SessionState, transaction: Transaction, section: bytes, size: int
) -> RuleVerdictFacts:
    """Give whether they reject it for everybody, from its header section and its size. Raises DatabaseAway."""
    settings, rules = transaction.snapshot.settings, parts.header_rules()
    mail = Mail(
        envelope=transaction.envelope,
        trace_fields=b"",
        header=section,
        content=StoredContent("", size),
        body_start=len(section),
        arrival=Arrival(transaction.id, parts.now(), server_name(parts.hostname), client_of(state, transaction)),
        marks=marks_of(state, transaction, parts.hostname),
    )
    contexts: list[Context] = []
    for place, recipient in enumerate(transaction.recipients):
        address = parse_address(recipient.address)
        resolution = await resolve(parts.directory, address, settings.smtp)
        lists = await _lists(parts, mail, resolution) if transaction.has_lists else {}
        contexts += contexts_of(Context(address, None, settings, place, rules=rules, lists=lists), resolution)
    if not transaction.has_lists:
        return RuleVerdictFacts(foreseen_rejection(mail, contexts))
    foreseen = foresee(mail, contexts)
    return RuleVerdictFacts(foreseen.rejection, foreseen.lists)


async def _lists(parts: Parts, mail: Mail, resolution: Resolution) -> dict[int, ListKnowledge]:
    """Give what is known of the message for the lists behind a recipient: its authors and its type, not its parts."""
    known = {}
    for target in resolution.targets:
        if isinstance(target, ListTarget):
            members = await members_among(parts.directory, target.known.list.id, authors_of(mail))
            types = (_type_of(mail.header),) if target.known.list.asks_for_types else None
            known[target.known.list.id] = ListKnowledge(posters_of(target.known, members), types)
    return known


def _type_of(section: bytes) -> str:
    """Give the type of the whole, which is all of them where it has no parts; those, the processor looks for."""
    found = fields_called(section, b"content-type")
    return media_type_of(found[0].partition(b":")[2])[0] if found else DEFAULT_TYPE
