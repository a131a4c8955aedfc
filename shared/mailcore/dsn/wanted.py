"""Whether a sender wants to hear of something (RFC 3461 4.1). Pure."""

from collections.abc import Set as AbstractSet

from mailcore.dsn.report import Action

_KEYWORD: dict[Action, str] = {
    "failed": "FAILURE",
    "delayed": "DELAY",
    "delivered": "SUCCESS",
    "relayed": "SUCCESS",
}


def is_wanted(action: Action, notify: AbstractSet[str], sender: str) -> bool:
    """Say whether `sender` hears of `action`; `notify` is what was asked for, empty for nothing.

    Nobody reports to the null sender: that is how reports never answer reports (RFC 5321 6.1).
    """
    if not sender:
        return False
    if not notify:
        return action in {"failed", "delayed"}
    return _KEYWORD[action] in notify
