"""The facts of the client."""

from ingress.seam import SessionState
from ingress.transaction import has_begun, visit_of
from maildecide.session.access import NO_VERDICT
from maildecide.session.facts import ClientFacts


def client_facts(state: SessionState) -> ClientFacts:
    """Give what is known of the client now."""
    access = visit_of(state).access if has_begun(state) else NO_VERDICT
    return ClientFacts(
        ip=state.peer_ip,
        listener=state.listener,
        helo=state.helo,
        tls=state.tls is not None,
        account=state.account,
        is_relay_permitted=access.relay_by is not None,
        is_banned=access.banned_by is not None,
        is_passed=access.passed_by is not None,
    )
