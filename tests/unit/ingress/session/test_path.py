import pytest

from ingress.session.ending import CommandRefused
from ingress.session.path import check_mailbox, split_path
from mailcore import replies

SYNTAX = replies.SYNTAX_ERROR.about(syntax="x")
MALFORMED = replies.RECIPIENT_MALFORMED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("<a@example.com>", ("a@example.com", "")),
        (" <a@example.com>", ("a@example.com", "")),
        ("<>", ("", "")),
        ("<a@example.com> SIZE=1  BODY=7BIT", ("a@example.com", "SIZE=1  BODY=7BIT")),
        ("<@x.example,@y.example:a@example.com>", ("a@example.com", "")),
        ('<"a>b c\\"d"@example.com> SIZE=1', ('"a>b c\\"d"@example.com', "SIZE=1")),
        ("<a@[IPv6:::1]>", ("a@[IPv6:::1]", "")),
        ("a@example.com", ("a@example.com", "")),
        (' "a b"@example.com SIZE=1', ('"a b"@example.com', "SIZE=1")),
    ],
)
def test_paths_are_split(text: str, parts: tuple[str, str]) -> None:
    assert split_path(text, SYNTAX) == parts


@pytest.mark.parametrize(
    "text",
    ["", " ", "<a@example.com", "a@example.com>", "<a@example.com>x", "A <a@b>", "<a b@c>", '<"a@c>', "<a<b>@c>"],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        split_path(text, SYNTAX)
    assert refused.value.reply == SYNTAX


@pytest.mark.parametrize("mailbox", ["a@example.com", '"a b"@example.com', f"{'a' * 64}@{'b.' * 90}example"])
def test_mailboxes_pass(mailbox: str) -> None:
    check_mailbox(mailbox, MALFORMED, smtputf8=False)


@pytest.mark.parametrize(
    "mailbox", ["a", "@b", "a@", "a@b..c", f"{'a' * 65}@b", f"{'a' * 60}@{'b.' * 100}example", "\udce4@b", "a\x00@b"]
)
@pytest.mark.parametrize("smtputf8", [False, True])
def test_what_is_no_mailbox_is_refused(mailbox: str, smtputf8: bool) -> None:
    with pytest.raises(CommandRefused) as refused:
        check_mailbox(mailbox, MALFORMED, smtputf8=smtputf8)
    assert refused.value.reply == MALFORMED


@pytest.mark.parametrize("mailbox", ["ä@example.com", "a@bücher.example"])
def test_not_ascii_needs_smtputf8(mailbox: str) -> None:
    check_mailbox(mailbox, MALFORMED, smtputf8=True)
    with pytest.raises(CommandRefused) as refused:
        check_mailbox(mailbox, MALFORMED, smtputf8=False)
    assert refused.value.reply == replies.SMTPUTF8_NEEDED
