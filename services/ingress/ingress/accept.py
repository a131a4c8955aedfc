"""Hands a judged message over to the processors: once this returns, the message is durable and may get its 250.

Called by `handler` at the end of data. Content in the store is referred to in the database before the publish, so that
the sweep of unused content never takes it from under a message. A failed publish leaves the reference: the broker may
have the message all the same (`mailcore.db.content_refs` says who clears up then).
"""

from ingress.gather.client import client_facts
from ingress.seam import SessionState
from ingress.transaction import Transaction, visit_of
from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.db.database import Database
from mailcore.mail.content import Content, StoredContent
from mailcore.mail.incoming import Client, Incoming, Marks, encode
from mailcore.mail.received import Hop, protocol_type, received_field, server_name
from maildecide.session import row_15
from maildecide.session.own_marks import forged_marks
from maildecide.session.standard_fields import standard_fields


async def hand_over(database: Database, bus: Bus, mail: Incoming) -> None:
    """Make `mail` durable. Raises BusAway, after which it may be durable all the same, DatabaseAway or ContentAway."""
    if isinstance(mail.content, StoredContent):
        async with database.transaction() as conn:
            await content_refs.add(conn, mail.content.key, content_refs.incoming_holder(mail.id), mail.accepted_at)
    await bus.publish(INCOMING, encode(mail), id=str(mail.id))


def incoming_of(
    state: SessionState, transaction: Transaction, content: Content, *, header_size: int, hostname: str, at: float
) -> Incoming:
    """Make what travels to the processors of a message that was judged at `at`."""
    envelope = transaction.envelope
    hop = Hop(
        client_ip=state.peer_ip,
        client_host=visit_of(state).client_host,
        helo=state.helo,
        server=hostname,
        protocol=_protocol(state, transaction),
        tls=state.tls,
        message_id=transaction.id,
        recipient=envelope.recipients[0].address if len(envelope.recipients) == 1 else None,
        at=at,
    )
    return Incoming(
        id=transaction.id,
        accepted_at=at,
        envelope=envelope,
        client=client_of(state, transaction),
        settings_revision=transaction.snapshot.revision,
        trace_fields=received_field(hop),
        header_size=header_size,
        content=content,
        marks=marks_of(state, transaction),
        server=server_name(hostname),
    )


def client_of(state: SessionState, transaction: Transaction) -> Client:
    """Give the client as it travels with its message."""
    return Client(
        ip=state.peer_ip,
        port=state.peer_port,
        helo=state.helo,
        protocol=_protocol(state, transaction),
        listener=state.listener,
        host=visit_of(state).client_host,
        account=state.account,
    )


def marks_of(state: SessionState, transaction: Transaction) -> Marks:
    """Give what the session found out about a message."""
    client = client_facts(state)
    return Marks(
        incomplete=transaction.is_incomplete,
        banned=row_15.disposition(client, visit_of(state).snapshot.settings),
        sender_domain_missing=transaction.sender_domain in {"missing", "null_mx"},
        relay_permitted=client.is_relay_permitted,
        external_sender=not transaction.sender_is_local,
        strip_marks=forged_marks(client, transaction.snapshot.settings),
        fields=standard_fields(client, transaction.snapshot.settings, is_incomplete=transaction.is_incomplete),
    )


def _protocol(state: SessionState, transaction: Transaction) -> str:
    return protocol_type(
        is_esmtp=state.is_esmtp,
        tls=state.tls is not None,
        authenticated=state.account is not None,
        smtputf8=transaction.command.smtputf8,
    )
