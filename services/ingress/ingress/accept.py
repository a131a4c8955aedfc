"""Hands a judged message over to the processors: once this returns, the message is durable and may get its 250.

Called by `handler` at the end of data. Content in the store is referred to in the database before the publish, so that
the sweep of unused content never takes it from under a message. A failed publish leaves the reference: the broker may
have the message all the same (`mailcore.db.content_refs` says who clears up then).
"""

import msgspec

from ingress.gather.client import client_facts
from ingress.seam import SessionState
from ingress.transaction import Transaction, visit_of
from mailcore.authentication.results_field import results_field
from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.db.database import Database
from mailcore.mail.content import Content, StoredContent
from mailcore.mail.incoming import Client, Incoming, Marks, StandardFields, encode
from mailcore.mail.received import Hop, protocol_type, received_field, server_name
from maildecide.session import row_15
from maildecide.session.own_marks import forged_marks, own_names, results_name
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
        trace_fields=_results(transaction, hostname) + received_field(hop),
        header_size=header_size,
        content=content,
        marks=marks_of(state, transaction, hostname),
        server=server_name(hostname),
        root=None if transaction.reentry is None else transaction.reentry.root,
        # What was brought may have been brought before, and its account may have it in another way.
        begun=transaction.reentry is not None,
    )


def client_of(state: SessionState, transaction: Transaction) -> Client:
    """Give the client as it travels with its message: the one that brought it first."""
    if transaction.reentry is not None:
        return transaction.reentry.client
    return Client(
        ip=state.peer_ip,
        port=state.peer_port,
        helo=state.helo,
        protocol=_protocol(state, transaction),
        listener=state.listener,
        host=visit_of(state).client_host,
        account=state.account,
    )


def marks_of(state: SessionState, transaction: Transaction, hostname: str) -> Marks:
    """Give what the session found out about a message, or what was found out when it came first (row 22)."""
    if transaction.reentry is not None:
        first = transaction.reentry.marks
        return msgspec.structs.replace(first, via_mta=True, strip_marks=(), fields=StandardFields())
    client = client_facts(state)
    return Marks(
        incomplete=transaction.is_incomplete,
        banned=row_15.disposition(client, visit_of(state).snapshot.settings),
        sender_domain_missing=transaction.sender_domain in {"missing", "null_mx"},
        relay_permitted=client.is_relay_permitted,
        external_sender=not transaction.sender_is_local,
        strip_marks=forged_marks(client, transaction.snapshot.settings),
        authentication=transaction.authentication,
        quarantined=transaction.is_quarantined,
        awaited=bool(transaction.awaited),
        fields=standard_fields(
            client,
            transaction.snapshot.settings,
            is_incomplete=transaction.is_incomplete,
            server_names=own_names(hostname, transaction.snapshot.settings),
        ),
    )


def _results(transaction: Transaction, hostname: str) -> bytes:
    """Give what is written of its origin, above `Received:` as it was found out later."""
    found = transaction.authentication
    if found is None:
        return b""
    return results_field(results_name(hostname, transaction.snapshot.settings), found, transaction.command.path)


def _protocol(state: SessionState, transaction: Transaction) -> str:
    return protocol_type(
        is_esmtp=state.is_esmtp,
        tls=state.tls is not None,
        authenticated=state.account is not None,
        smtputf8=transaction.command.smtputf8,
    )
