"""Let nobody guess passwords for long: who was wrong too often lately is told to come later, right or wrong."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import AttemptFacts


def check(facts: AttemptFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse by what came from the client's address, and from its network at the account.

    Where the account has been used from that network lately, others must not be able to lock its owner out: only what
    came at this account from this very address counts there.
    """
    smtp = settings.smtp
    if facts.is_known_network:
        is_over = _reaches(facts.from_both, smtp.login_failures_per_account)
    else:
        is_over = _reaches(facts.from_address, smtp.login_failures_per_network) or _reaches(
            facts.from_network, smtp.login_failures_per_account
        )
    return replies.AUTH_THROTTLED if is_over else None


def _reaches(failures: int, limit: int) -> bool:
    """Whether the limit is reached; 0 is none."""
    return bool(limit) and failures >= limit
