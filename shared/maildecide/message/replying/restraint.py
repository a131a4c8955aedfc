"""Why a message is not answered by itself: RFC 3834 and the habits of careful responders, reason by reason."""

from collections.abc import Iterator

from mailcore.address import local_key, parse_address
from mailcore.directory.account import Account
from mailcore.directory.autoreply import Autoreply
from mailcore.directory.folder_name import TRASH
from maildecide.message.context import Context
from maildecide.message.forwarding.trail import has_been_at
from maildecide.message.mail import Mail
from maildecide.message.replying.automatic import automatic, is_nobody
from maildecide.message.replying.correspondents import named_in, sender_of
from maildecide.message.replying.wording import reply_from


def is_in_force(autoreply: Autoreply, at: float) -> bool:
    """Whether it replies to a message that came at that moment (seconds since the epoch)."""
    starts, ends = autoreply.starts_at, autoreply.ends_at
    return (
        autoreply.enabled and (starts is None or starts.timestamp() <= at) and (ends is None or at < ends.timestamp())
    )


def withheld(mail: Mail, context: Context, account: Account) -> str | None:
    """Give why `account` does not answer; None when it does."""
    return next(_reasons(mail, context, account), None)


def _reasons(mail: Mail, context: Context, account: Account) -> Iterator[str]:
    marks = mail.marks
    sender = sender_of(mail)
    if sender is None:
        yield "the sender is no address"
        return
    if marks.incomplete or marks.banned is not None or marks.sender_domain_missing:
        yield "the message is marked"
    if mail.folder == TRASH:
        yield "the message is trashed"
    if context.via == "catch_all" or marks.caught:
        yield "the message was caught by the catch-all"
    if has_been_at(mail, account.address):
        yield "the message has been here before"
    if (program := automatic(mail)) is not None:
        yield f"the message has the field {program}"
    if is_nobody(local_key(parse_address(sender).local_part)):
        yield "nobody reads what is sent to the sender"
    if _is_own(sender, context, account):
        yield "the sender is the account itself"
    if not (context.settings.smtp.autoreply_unnamed or _is_named(mail, context, account)):
        yield "the message names no address of the account"


def _is_own(sender: str, context: Context, account: Account) -> bool:
    resolution = context.resolutions.get(sender)
    if resolution is not None and resolution.leads_to(account.address):
        return True
    return local_key(sender) == local_key(reply_from(account.address, context.settings.smtp))


def _is_named(mail: Mail, context: Context, account: Account) -> bool:
    found = (context.resolutions.get(address) for address in named_in(mail))
    return any(one is not None and one.via != "catch_all" and one.leads_to(account.address) for one in found)
