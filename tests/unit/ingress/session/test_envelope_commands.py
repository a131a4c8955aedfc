import pytest

from ingress.seam import MailCommand, RcptCommand
from ingress.session.ending import CommandRefused
from ingress.session.envelope_commands import read_mail, read_rcpt
from mailcore import replies


@pytest.mark.parametrize(
    ("argument", "command"),
    [
        ("FROM:<>", MailCommand("")),
        ("from: <a@example.org>", MailCommand("a@example.org")),
        ("FROM:<a@example.org> SIZE=5 BODY=8bitmime", MailCommand("a@example.org", size=5, body="8BITMIME")),
        ("FROM:<ä@example.org> SMTPUTF8", MailCommand("ä@example.org", smtputf8=True)),
        (
            "FROM:<a@example.org> RET=full ENVID=x AUTH=<>",
            MailCommand("a@example.org", ret="FULL", envid="x", auth="<>"),
        ),
    ],
)
def test_mail(argument: str, command: MailCommand) -> None:
    assert read_mail(argument) == command


@pytest.mark.parametrize(
    ("argument", "command"),
    [
        ("TO:<postmaster>", RcptCommand("postmaster")),
        ("TO:<b@example.com>", RcptCommand("b@example.com")),
        ("TO:<b@example.com> NOTIFY=never", RcptCommand("b@example.com", notify=frozenset({"NEVER"}))),
        ("TO:<b@example.com> ORCPT=rfc822;c", RcptCommand("b@example.com", original="rfc822;c")),
    ],
)
def test_rcpt(argument: str, command: RcptCommand) -> None:
    assert read_rcpt(argument, smtputf8=False) == command


def test_an_original_recipient_that_is_not_ascii_needs_smtputf8() -> None:
    argument = "TO:<b@example.com> ORCPT=utf-8;ä@example.com"
    assert read_rcpt(argument, smtputf8=True).original == "utf-8;ä@example.com"
    with pytest.raises(CommandRefused) as refused:
        read_rcpt(argument, smtputf8=False)
    assert refused.value.reply == replies.SMTPUTF8_NEEDED


@pytest.mark.parametrize("argument", ["", "FROM", "TO:<a@example.org>", "FROM:", "FROM:<a", "FROM: A <a@b>"])
def test_no_mail(argument: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        read_mail(argument)
    assert refused.value.reply.code == 501
