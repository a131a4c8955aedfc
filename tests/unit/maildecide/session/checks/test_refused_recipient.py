import pytest
from tests.builders import a_client, rcpt_facts, smtp_settings

from mailcore import replies
from mailcore.address import parse_address
from maildecide.session.checks.refused_recipient import check


@pytest.mark.parametrize(
    ("patterns", "recipient", "is_refused"),
    [
        ((), "ada@example.com", False),
        (("ada@example.com",), "Ada@EXAMPLE.com", True),
        (("ADA@*",), "ada@example.com", True),
        (("*@example.org", "a?a@*"), "ada@example.com", True),
        (("a?a@*",), "anna@example.com", False),
        (("*-bounces@example.com",), "list-bounces@example.com", True),
        (("*@bücher.test",), "ada@bücher.test", True),
        (("*@xn--bcher-kva.test",), "ada@bücher.test", True),
        (("*@bücher.test",), "ada@xn--bcher-kva.test", True),
        (("JÜRGEN@*",), "ju\u0308rgen@example.com", True),
        (('"a b"@*',), '"a b"@example.com', True),
    ],
)
def test_refused_recipient(patterns: tuple[str, ...], recipient: str, *, is_refused: bool) -> None:
    settings = smtp_settings(refused_recipients=patterns)
    reply = replies.RECIPIENT_REFUSED if is_refused else None
    facts = rcpt_facts(recipient=parse_address(recipient))
    assert check(facts, settings) == reply
    known = rcpt_facts(recipient=parse_address(recipient), client=a_client(account="ada@example.com"))
    assert check(known, settings) == reply  # from everybody


def test_an_a_label_that_is_none_is_compared_as_it_is() -> None:
    from dataclasses import replace  # noqa: PLC0415 - an address that cannot be read can only be made

    facts = rcpt_facts(recipient=replace(parse_address("ada@example.com"), domain="xn--a.test"))
    assert check(facts, smtp_settings(refused_recipients=("*@xn--a.test",))) == replies.RECIPIENT_REFUSED
    assert check(facts, smtp_settings(refused_recipients=("*@b.test",))) is None
