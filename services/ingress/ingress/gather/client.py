"""The facts of the client."""

from functools import lru_cache

from ingress.seam import SessionState
from ingress.transaction import has_begun, visit_of
from maildecide.session.access import NO_VERDICT
from maildecide.session.facts import ClientFacts


def client_facts(state: SessionState) -> ClientFacts:
    """Give what is known of the client now."""
    access = visit_of(state).access if has_begun(state) else NO_VERDICT
    is_ourselves = state.challenge is not None
    return _facts(
        state.peer_ip,
        state.listener,
        state.helo,
        state.tls is not None,
        state.account,
        access.relay_by is not None,
        access.banned_by is not None and not is_ourselves,
        access.passed_by is not None or is_ourselves,
        is_ourselves,
    )


# Asked for several times per message, and the same every time.
_facts = lru_cache(maxsize=4096)(ClientFacts)
