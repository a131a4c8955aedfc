"""Whether a sender wants to hear of something (RFC 3461 4.1). Pure."""

from collections.abc import Set as AbstractSet

from mailcore.dsn.report import Action

_KEYWORD: dict[Action, str] = {
    "failed": "FAILURE",
    "delayed": "DELAY",
    "delivered": "SUCCESS",
    "relayed": "SUCCESS",
    "expanded": "SUCCESS",
}

NOTHING = frozenset({"NEVER"})
"""What is asked for of a copy that its sender knows nothing of."""
FAILURES = frozenset({"FAILURE"})
"""What a list asks for its copies, whatever was asked for the post (RFC 3461 5.2.7.1): lateness is no bounce."""


def is_wanted(action: Action, notify: AbstractSet[str], sender: str) -> bool:
    """Say whether `sender` hears of `action`; `notify` is what was asked for, empty for nothing.

    Nobody reports to the null sender: that is how reports never answer reports (RFC 5321 6.1).
    """
    if not sender:
        return False
    if not notify:
        return action in {"failed", "delayed"}
    return _KEYWORD[action] in notify


def without_success(notify: AbstractSet[str]) -> frozenset[str]:
    """Give what is asked for of those behind an alias with several, whose expansion is all the success there is.

    RFC 3461 5.2.7.3 (c). Who asked for success alone wants to hear of nothing else.
    """
    if "SUCCESS" not in notify:
        return frozenset(notify)
    return frozenset(notify - {"SUCCESS"}) or NOTHING
