"""Signatures that dkimpy verifies, and what breaks them."""

from functools import cache

import dkim
import pytest

from mailcore.dkim.keys import Algorithm, KeyPair, SigningKey, make_key, read_key
from mailcore.dkim.record import record_text
from mailcore.dkim.relaxed import body_hash
from mailcore.dkim.signature import signature_fields

AT = 1_767_225_600.9
HEADER = (
    b"Received: from a by b; now\r\n"
    b"From: Ada <ada@example.org>\r\n"
    b"To: bob@example.net,\r\n\tcarol@example.net\r\n"
    b"Subject:  A  folded\r\n subject \r\n"
    b"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
    b"Message-ID: <1@example.org>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
)
BODY = "How are  you?\r\n\r\n飛脚 \r\n\r\n\r\n".encode()
ALGORITHMS: tuple[Algorithm, ...] = ("rsa-sha256", "ed25519-sha256")


@cache
def pair(algorithm: Algorithm) -> KeyPair:
    return make_key(algorithm)


def key(algorithm: Algorithm) -> SigningKey:
    return read_key(algorithm.partition("-")[0], algorithm, pair(algorithm).private)


def published(name: bytes, timeout: float = 5) -> bytes | None:
    del timeout
    for algorithm in ALGORITHMS:
        if name == f"{algorithm.partition('-')[0]}._domainkey.example.org.".encode():
            return record_text(algorithm, pair(algorithm).public).encode()
    return None


def signed(header: bytes, body: bytes, *algorithms: Algorithm) -> bytes:
    keys = [key(algorithm) for algorithm in algorithms or ALGORITHMS]
    return signature_fields(header, body_hash(body), "example.org", keys, AT) + header + b"\r\n" + body


def verifies(message: bytes, number: int = 2) -> list[bool]:
    return [holds(message, at) for at in range(number)]


def holds(message: bytes, number: int) -> bool:
    try:
        return bool(dkim.DKIM(message).verify(number, dnsfunc=published))
    except dkim.ValidationError:
        return False


def test_both_signatures_hold() -> None:
    message = signed(HEADER, BODY)
    assert message.count(b"DKIM-Signature:") == 2
    assert verifies(message) == [True, True]


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"From: ada@example.org\r\n", b""),
        (b"From: ada@example.org\r\n", b"\r\n\r\n"),
        (b"From: ada@example.org\r\nSubject:\r\nSubject: two\r\nsubject: three\r\n", b"x\r\n"),
        (HEADER + b"X-Long: " + b"y" * 900 + b"\r\n", b" \t \r\n" * 100 + b"z"),
        ("From: エイダ <ada@example.org>\r\nSubject: 飛脚\r\n".encode(), b"\xff\xfe\r\n"),
        (HEADER + b"List-Id: <l.example.org>\r\n", BODY),
        (b"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; h=from; bh=a; b=c\r\n" + HEADER, BODY),
    ],
)
def test_odd_messages_hold(header: bytes, body: bytes) -> None:
    assert verifies(signed(header, body)) == [True, True]


@pytest.mark.parametrize(
    "change",
    [
        (b"Subject:  A  folded\r\n subject \r\n", b"subject: A folded subject\r\n"),
        (b"Received: from a by b; now\r\n", b"Received: x\r\nReturn-Path: <y>\r\nX-New: z\r\n"),
        (b"How are  you?\r\n", b"How are you? \t\r\n"),
        ("飛脚 \r\n\r\n\r\n".encode(), "飛脚\r\n".encode()),
    ],
)
def test_what_relays_may_do_leaves_it_whole(change: tuple[bytes, bytes]) -> None:
    message = signed(HEADER, BODY)
    assert change[0] in message
    assert verifies(message.replace(*change, 1)) == [True, True]


@pytest.mark.parametrize(
    "change",
    [
        (b"How", b"Who"),
        (b"Ada <ada@", b"Eve <ada@"),
        (b"Date: ", b"Date: X"),
        (b"From: Ada", b"From: eve@example.org\r\nFrom: Ada"),
        (b"From: Ada", b"Cc: everybody@example.net\r\nFrom: Ada"),
        (b"From: Ada", b"Reply-To: eve@example.net\r\nFrom: Ada"),
        (b"From: Ada", b"Content-Type: text/html\r\nFrom: Ada"),
        (b"MIME-Version: 1.0\r\n", b""),
        (b"t=1767225600", b"t=1767225601"),
    ],
)
def test_what_changes_the_message_breaks_it(change: tuple[bytes, bytes]) -> None:
    message = signed(HEADER, BODY)
    assert change[0] in message
    assert verifies(message.replace(*change)) == [False, False]


def test_a_list_s_way_out_is_covered() -> None:
    fields = b"List-Unsubscribe: <https://l.example.org/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    message = signed(HEADER + fields, BODY, "rsa-sha256")
    assert verifies(message, 1) == [True]
    assert verifies(message.replace(b"l.example.org/1", b"l.example.org/2"), 1) == [False]
    assert verifies(message.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""), 1) == [False]
    assert verifies(b"List-Unsubscribe: <https://eve.example/>\r\n" + message, 1) == [False]


def test_the_field_is_written_as_fields_are() -> None:
    fields = signature_fields(HEADER, body_hash(BODY), "example.org", [key("rsa-sha256")], AT)
    lines = fields.split(b"\r\n")
    assert lines.pop() == b""
    assert all(line and len(line) <= 78 for line in lines)
    assert all(line.startswith(b"\t") for line in lines[1:])
    assert b"; l=" not in fields
    assert b"t=1767225600;" in fields


def test_the_same_again_is_the_same() -> None:
    assert signed(HEADER, BODY) == signed(HEADER, BODY)


def test_without_keys_there_is_no_signature() -> None:
    assert signature_fields(HEADER, body_hash(BODY), "example.org", [], AT) == b""
