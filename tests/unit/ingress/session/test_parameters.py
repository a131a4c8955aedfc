import pytest

from ingress.session.ending import CommandRefused
from ingress.session.parameters import MAIL, RCPT, read_parameters
from mailcore import replies


@pytest.mark.parametrize(
    "text",
    [
        "SIZE=0",
        f"SIZE={10**20 - 1}",
        "BODY=7BIT",
        "body=8BitMime",
        "SMTPUTF8",
        "RET=FULL",
        "RET=hdrs",
        f"ENVID={'+2B' * 100}",
        "AUTH=<>",
        "AUTH=a+40b",
    ],
)
def test_mail_parameters(text: str) -> None:
    name, _, value = text.partition("=")
    assert read_parameters(text, MAIL) == {name.upper(): value or None}


@pytest.mark.parametrize(
    "text",
    [
        "SIZE",
        "SIZE=",
        "SIZE=-1",
        "SIZE=1.5",
        "SIZE=\u0661",
        f"SIZE={10**20}",
        "BODY",
        "BODY=BINARYMIME",
        "SMTPUTF8=1",
        "RET",
        "RET=ALL",
        "ENVID",
        "ENVID=a+",
        f"ENVID={'x' * 101}",
        "AUTH",
        "AUTH=a+b",
        "SIZE=1 SIZE=1",
        "SIZE==1",
        "=1",
        "SIZE=1\x07",
        "-SIZE=1",
    ],
)
def test_malformed_mail_parameters(text: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        read_parameters(text, MAIL)
    assert (refused.value.reply.code, refused.value.reply.status) == (501, "5.5.4")


@pytest.mark.parametrize(
    "text",
    [
        "NOTIFY=NEVER",
        "NOTIFY=success,delay,FAILURE",
        "ORCPT=rfc822;a+40example.com",
        "ORCPT=rfc822;a@example.com",
        "ORCPT=utf-8;\u00e4@example.com",
        "ORCPT=utf-8;\\x{E4}@example.com",
        f"ORCPT=x;{'a' * 498}",
    ],
)
def test_rcpt_parameters(text: str) -> None:
    name, _, value = text.partition("=")
    assert read_parameters(text, RCPT) == {name: value}


@pytest.mark.parametrize(
    "text",
    [
        "NOTIFY",
        "NOTIFY=SOMETIMES",
        "NOTIFY=NEVER,SUCCESS",
        "NOTIFY=SUCCESS,",
        "ORCPT",
        "ORCPT=rfc822",
        "ORCPT=rfc822;",
        "ORCPT=;a",
        "ORCPT=rfc822;a+b",
        "ORCPT=rfc822;\u00e4@example.com",
        f"ORCPT=x;{'a' * 499}",
    ],
)
def test_malformed_rcpt_parameters(text: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        read_parameters(text, RCPT)
    assert (refused.value.reply.code, refused.value.reply.status) == (501, "5.5.4")


def test_unknown_parameters_are_shown_printable_and_in_part() -> None:
    with pytest.raises(CommandRefused) as refused:
        read_parameters("X" * 300 + "=\u00e4", MAIL)
    assert refused.value.reply == replies.PARAMETER_UNKNOWN.about(parameter="X" * 40)
