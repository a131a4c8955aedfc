"""The facts of the client."""

from ingress.seam import SessionState
from maildecide.session.facts import ClientFacts


def client_facts(state: SessionState) -> ClientFacts:
    """Give what is known of the client now."""
    return ClientFacts(
        ip=state.peer_ip,
        listener=state.listener,
        helo=state.helo,
        tls=state.tls is not None,
        account=state.account,
    )
