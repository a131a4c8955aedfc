"""Reports of the standard form are read whatever is around their part for programs."""

import base64

import pytest

from maildecide.lists.bounces.said import Said
from maildecide.lists.bounces.status_report import read_status

HEAD = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n"
OF_MESSAGE = b"Reporting-MTA: dns; mx.example.org\r\n\r\n"


def report(*groups: bytes, media_type: bytes = b"message/delivery-status", more: bytes = b"") -> bytes:
    body = OF_MESSAGE + b"\r\n".join(groups)
    return HEAD + b"--b\r\nContent-Type: " + media_type + b"\r\n" + more + b"\r\n" + body + b"\r\n--b--\r\n"


def group(
    action: bytes = b"failed", status: bytes = b"5.1.1", who: bytes = b"ada@example.net", more: bytes = b""
) -> bytes:
    return b"Final-Recipient: rfc822; %b\r\nAction: %b\r\nStatus: %b\r\n%b" % (who, action, status, more)


def read(octets: bytes) -> tuple[str, tuple[str, ...]] | None:
    said = read_status(octets)
    return None if said is None else (said.kind, said.failed)


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        (b"failed", b"5.1.1", "failed"),
        (b"Failed", b"4.4.7", "transient"),  # it was given up, and may be taken another time (RFC 3463 3.1)
        (b"failed", b"", "failed"),
        (b"failed (permanent)", b"", "failed"),
        (b"error", b"5.0.0", "failed"),
        (b"delayed", b"4.4.1", "delayed"),
        (b"delayed", b"5.4.1", "delayed"),
        (b"delivered", b"2.0.0", "nothing"),
        (b"relayed", b"2.1.9", "nothing"),
        (b"expanded", b"2.1.5", "nothing"),
        (b"", b"5.1.1", "failed"),
        (b"", b"4.2.2", "delayed"),
    ],
)
def test_the_action_says_what_happened_and_else_the_class_of_the_status(
    action: bytes, status: bytes, kind: str
) -> None:
    said = read_status(report(group(action, status)))
    assert said is not None
    assert said.kind == kind


def test_one_that_failed_among_others_makes_it_a_failure_of_that_one() -> None:
    several = report(
        group(b"delivered", b"2.0.0", b"bea@example.net"),
        group(who=b"cas@example.net", more=b"Diagnostic-Code: smtp; 550 5.1.1 no\r\n such user\r\n"),
        group(b"delayed", b"4.0.0", b"dan@example.net"),
    )
    assert read_status(several) == Said("failed", ("cas@example.net",), "550 5.1.1 no such user", "status")


def test_who_failed_for_good_stands_out_among_those_who_may_get_it_another_time() -> None:
    full = group(b"failed", b"4.2.2", b"bea@example.net", more=b"Diagnostic-Code: smtp; 452 4.2.2 full\r\n")
    assert read(report(full, group(b"failed", b"5.1.1", b"cas@example.net"))) == ("failed", ("cas@example.net",))
    late = group(b"delayed", b"4.4.1", b"dan@example.net")
    assert read_status(report(late, full)) == Said("transient", (), "452 4.2.2 full", "status")


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        (b"Original-Recipient: rfc822;ken@example.org\r\n", "ken@example.org"),
        (b"Original-Recipient: rfc822;\r\n", "ada@example.net"),
        (b"X-Actual-Recipient: rfc822; <eve@example.org>\r\n", "eve@example.org"),
        (b"Original-Recipient: <ken@example.org>\r\n", "ken@example.org"),
        (b"Original-Recipient: utf-8; \xe9\xab\x98@example.org\r\n", "\u9ad8@example.org"),
        (b"Original-Recipient: utf-8; \\x{9AD8}@example.org\r\n", "\u9ad8@example.org"),
        (b"Original-Recipient: utf-8; \\x{FFFFFF}@example.org\r\n", "\\x{FFFFFF}@example.org"),
        (b"Original-Recipient: rfc822; \\x{41}@example.org\r\n", "\\x{41}@example.org"),
        (b"Original-Recipient: rfc822; ken@example.org (Ken)\r\n", "ken@example.org"),
        (b"Original-Recipient: rfc822;\r\n <ken@example.org>\r\n (Ken)\r\n", "ken@example.org"),
    ],
)
def test_the_address_that_it_was_sent_to_is_the_one(fields: bytes, address: str) -> None:
    assert read(report(group(more=fields))) == ("failed", (address,))


@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable", b"8bit"])
def test_the_part_may_be_internationalised_and_encoded(encoding: bytes) -> None:
    inside = OF_MESSAGE + group(who=b"ada@example.net")
    if encoding == b"base64":
        inside = base64.encodebytes(inside)
    elif encoding == b"quoted-printable":
        inside = inside.replace(b"rfc822;", b"rfc=\r\n822;").replace(b"ada@", b"ada=40")
    head = b"--b\r\nContent-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: " + encoding
    assert read(HEAD + head + b"\r\n\r\n" + inside + b"\r\n--b--\r\n") == ("failed", ("ada@example.net",))


def test_a_part_that_is_cut_off_or_without_its_empty_line_is_read_all_the_same() -> None:
    assert read(report(group())[:-20]) == ("failed", ("ada@example.net",))
    whole = report(group())
    assert read(whole.replace(b"delivery-status\r\n\r\nReporting", b"delivery-status\r\nReporting")) is not None


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n\t", b" "])
def test_the_type_of_the_part_may_be_folded_and_have_parameters(fold: bytes) -> None:
    named = report(group()).replace(b": message/delivery-status", b":" + fold + b'message/delivery-status; charset="x"')
    assert read(named) == ("failed", ("ada@example.net",))


def test_the_first_report_is_the_one_and_not_what_came_back_in_it() -> None:
    returned = b"--b\r\nContent-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\n" + report(group())
    late = report(group(b"delayed", b"4.4.1")).removesuffix(b"--b--\r\n") + returned + b"--d--\r\n--b--\r\n"
    assert read(late) == ("delayed", ())


def test_recipients_that_are_not_parted_by_empty_lines_are_read_apart() -> None:
    assert read(report(group() + group(who=b"bea@example.net"))) == ("failed", ("ada@example.net", "bea@example.net"))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x00\xff" * 500,
        HEAD,
        report(),
        report(b"Action: failed\r\n"),
        report(b"Final-Recipient: rfc822; ada@example.net\r\n"),
        report(b"Final-Recipient\r\nAction\r\n:\r\n: :\r\n"),
        HEAD + b"--b\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%=\r\n",
    ],
)
def test_what_says_nothing_is_no_report(octets: bytes) -> None:
    assert read_status(octets) is None


def test_what_it_says_is_one_short_line() -> None:
    said = read_status(report(group(more=b"Diagnostic-Code: smtp; 550 " + b"\x1b[2J\t no" * 500 + b"\r\n")))
    assert said is not None
    assert len(said.why) <= 500
    assert "\t" not in said.why
