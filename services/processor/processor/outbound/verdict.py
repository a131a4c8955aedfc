"""What an answer means for a recipient: taken, never, or not now. Told apart by stage, code and enhanced status. Pure.

Where two readings are possible, the one holds that loses nothing: mail is tried again rather than returned.
"""

from typing import Literal

from processor.outbound.client.answer import Answer

Verdict = Literal["delivered", "failed", "later"]

_OF_THE_SERVER = frozenset({"connect", "greeting", "hello", "tls", "auth"})
_SHUTTING_DOWN = 421
_TAKES_NO_MAIL = frozenset({521, 556})
"""RFC 7504: said for good, whenever it is said."""
_TOO_MANY_OR_FULL = 552
_TOO_MANY = frozenset({452, 552})
_FOR_GOOD = frozenset({"5.2.2", "5.2.3", "5.3.4"})
"""What 552 means when it does not mean too many recipients: full, too large."""
_CLASSES: dict[Verdict, str] = {"delivered": "2.0.0", "failed": "5.0.0", "later": "4.0.0"}


def verdict(answer: Answer) -> Verdict:
    """Judge one answer."""
    reply = answer.reply
    if reply is None:
        return "failed" if answer.status.startswith("5") else "later"
    if answer.is_success:
        return "delivered"
    if reply.code in _TAKES_NO_MAIL:
        return "failed"
    # Servers that want nobody, or not us, may want us tomorrow; a wrong password is the operator's to mend.
    if answer.stage in _OF_THE_SERVER or reply.code // 100 != 5:  # noqa: PLR2004 - RFC 5321 4.2.1
        return "later"
    # RFC 5321 4.5.3.1.10: some servers say 552 for too many recipients, and mean 452.
    is_452 = answer.stage == "rcpt" and reply.code == _TOO_MANY_OR_FULL and reply.status not in _FOR_GOOD
    # `550 4.7.1`: code and status contradict each other.
    return "later" if is_452 or reply.text.startswith("4.") else "failed"


def is_of_the_server(answer: Answer) -> bool:
    """Whether it says something of the server rather than of the message: the whole destination may be so."""
    if answer.reply is not None and answer.reply.code == _SHUTTING_DOWN:
        return True
    if answer.status.startswith("5"):
        return False
    return answer.stage in _OF_THE_SERVER


def is_too_many(answer: Answer) -> bool:
    """Whether the recipient is one too many for this transaction, and another may follow at once."""
    return answer.stage == "rcpt" and answer.reply is not None and answer.reply.code in _TOO_MANY


def for_now(status: str) -> str:
    """Give an enhanced status as one of what may pass (RFC 3463 2), as `delayed` in a report has it.

    A greeting of `554 5.7.1` is tried again all the same.
    """
    return f"4{status[1:]}"


def status_of(answer: Answer) -> str:
    """Give the enhanced status (RFC 3463) for a report, made of the code where the server gave none."""
    if answer.reply is None:
        return answer.status or "4.4.2"
    if answer.reply.status:
        return answer.reply.status
    return _CLASSES[verdict(answer)]
