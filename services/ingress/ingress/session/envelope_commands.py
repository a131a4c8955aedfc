"""The arguments of MAIL and RCPT (RFC 5321 4.1.1.2, 4.1.1.3), read into the values of the seam."""

from ingress.seam import MailCommand, RcptCommand
from ingress.session import parameters
from ingress.session.ending import CommandRefused
from ingress.session.path import check_mailbox, split_path
from mailcore import replies

_MAIL_SYNTAX = replies.SYNTAX_ERROR.about(syntax="MAIL FROM:<address> [parameters]")
_RCPT_SYNTAX = replies.SYNTAX_ERROR.about(syntax="RCPT TO:<address> [parameters]")


def read_mail(argument: str) -> MailCommand:
    """Read what follows MAIL. Raises CommandRefused."""
    if argument[:5].upper() != "FROM:":
        raise CommandRefused(_MAIL_SYNTAX)
    path, tail = split_path(argument[5:], _MAIL_SYNTAX)
    if not tail:
        if path:
            check_mailbox(path, replies.SENDER_MALFORMED, smtputf8=False)
        return MailCommand(path)
    given = parameters.read_parameters(tail, parameters.MAIL)
    smtputf8 = "SMTPUTF8" in given
    if path:
        check_mailbox(path, replies.SENDER_MALFORMED, smtputf8=smtputf8)
    size, body, ret = given.get("SIZE"), given.get("BODY"), given.get("RET")
    return MailCommand(
        path,
        size=None if size is None else int(size),
        body="7BIT" if body is None else body.upper(),
        smtputf8=smtputf8,
        ret=None if ret is None else ret.upper(),
        envid=given.get("ENVID"),
        auth=given.get("AUTH"),
    )


def read_rcpt(argument: str, *, smtputf8: bool) -> RcptCommand:
    """Read what follows RCPT. Raises CommandRefused."""
    if argument[:3].upper() != "TO:":
        raise CommandRefused(_RCPT_SYNTAX)
    path, tail = split_path(argument[3:], _RCPT_SYNTAX)
    if path.lower() != "postmaster":  # the one mailbox without a domain (RFC 5321 4.1.1.3)
        check_mailbox(path, replies.RECIPIENT_MALFORMED, smtputf8=smtputf8)
    if not tail:
        return RcptCommand(path)
    given = parameters.read_parameters(tail, parameters.RCPT)
    notify, original = given.get("NOTIFY"), given.get("ORCPT")
    if original is not None and not original.isascii() and not smtputf8:
        raise CommandRefused(replies.SMTPUTF8_NEEDED)
    return RcptCommand(
        path,
        notify=frozenset() if notify is None else frozenset(notify.upper().split(",")),
        original=original,
    )
