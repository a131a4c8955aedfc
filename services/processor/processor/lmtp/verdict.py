"""What an LMTP server's answer means for the copy of one recipient. Pure."""

from processor.mailbox_errors import MailboxAway, MailboxFull, MailboxRefused, MailboxUnsure
from processor.outbound.client.answer import Answer
from processor.outbound.verdict import for_now, status_of, verdict

_FULL = ".2.2"
"""RFC 3463 3.3: mailbox full."""


def trouble(answer: Answer) -> MailboxAway | MailboxRefused | None:
    """Give why the copy is not in its mailbox, for now or for good; None: it is."""
    status = status_of(answer)
    match verdict(answer):
        case "delivered":
            return None
        case "failed":
            return MailboxRefused(f"the mail server refused it: {answer}", status)
    if answer.is_unsure:
        return MailboxUnsure(f"the mail server may have it: {answer}", for_now(status))
    if status.endswith(_FULL):
        return MailboxFull(f"the mail server has no room for it: {answer}", for_now(status))
    return MailboxAway(f"the mail server did not take it: {answer}", for_now(status))


def may_take_without_folder(answer: Answer) -> bool:
    """Whether it was the address with its folder that was refused for good, so that the inbox is worth another try."""
    return answer.stage == "rcpt" and verdict(answer) == "failed"
