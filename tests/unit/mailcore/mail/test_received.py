import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.received import Hop, address_literal, protocol_type, received_field

ID = UUID("01900000-0000-7000-8000-000000000001")

LITERAL = r"\[(?:\d+\.\d+\.\d+\.\d+|IPv6:[0-9a-f:.]+)\]"
DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
STAMP = re.compile(
    rf"Received: from (?:{DOMAIN}|{LITERAL}) \((?:{DOMAIN} )?{LITERAL}\)(?: \(helo [\x21-\x27\x2a-\x5b\x5d-\x7e ]+\))?"
    rf"\r\n\tby {DOMAIN}"
    r"\r\n\twith [A-Z0-9]+(?: \([\x21-\x27\x2a-\x5b\x5d-\x7e ]+\))?"
    r"\r\n\tid [0-9a-f-]{36}"
    r"(?:\r\n\tfor <[^\r\n]+>)?;"
    r"\r\n\t[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000\r\n"
)


def a_hop(**changes: object) -> Hop:
    values: dict[str, object] = {
        "client_ip": "192.0.2.7",
        "client_host": None,
        "helo": "client.example.org",
        "server": "mx.example.com",
        "protocol": "ESMTP",
        "tls": None,
        "message_id": ID,
        "recipient": None,
        "at": 1_700_000_000.9,
    }
    return Hop(**(values | changes))  # type: ignore[arg-type]


def test_the_whole_field() -> None:
    hop = a_hop(protocol="ESMTPS", tls="TLSv1.3 TLS_AES_256_GCM_SHA384", recipient="ada@example.com")
    assert received_field(hop) == (
        b"Received: from client.example.org ([192.0.2.7])\r\n"
        b"\tby mx.example.com\r\n"
        b"\twith ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
        b"\tid 01900000-0000-7000-8000-000000000001\r\n"
        b"\tfor <ada@example.com>;\r\n"
        b"\tTue, 14 Nov 2023 22:13:20 +0000\r\n"
    )


@pytest.mark.parametrize(
    ("helo", "shown"),
    [
        ("mail.example.org", "mail.example.org ([192.0.2.7])"),
        ("localhost", "localhost ([192.0.2.7])"),
        ("[192.0.2.9]", "[192.0.2.9] ([192.0.2.7])"),
        ("192.0.2.9", "[192.0.2.9] ([192.0.2.7])"),
        ("[IPv6:2001:DB8::1]", "[IPv6:2001:db8::1] ([192.0.2.7])"),
        ("2001:db8::1", "[IPv6:2001:db8::1] ([192.0.2.7])"),
        ("bad_name", "[192.0.2.7] ([192.0.2.7]) (helo bad_name)"),
        ("", "[192.0.2.7] ([192.0.2.7]) (helo empty)"),
        (" ", "[192.0.2.7] ([192.0.2.7]) (helo empty)"),
        ("a) by evil (", "[192.0.2.7] ([192.0.2.7]) (helo a? by evil ?)"),
        ("a\r\nBcc: b", "[192.0.2.7] ([192.0.2.7]) (helo a??Bcc: b)"),
        ("日本.example", "[192.0.2.7] ([192.0.2.7]) (helo ??.example)"),
        ("x" * 300, f"[192.0.2.7] ([192.0.2.7]) (helo {'x' * 255})"),
    ],
)
def test_what_the_client_calls_itself(helo: str, shown: str) -> None:
    first = received_field(a_hop(helo=helo)).split(b"\r\n")[0]
    assert first == f"Received: from {shown}".encode()


@pytest.mark.parametrize(
    ("host", "shown"),
    [("ptr.example.net", "(ptr.example.net [192.0.2.7])"), ("bad host)", "([192.0.2.7])"), (None, "([192.0.2.7])")],
)
def test_its_name_by_reverse_dns(host: str | None, shown: str) -> None:
    assert received_field(a_hop(client_host=host)).split(b"\r\n")[0].endswith(shown.encode())


@pytest.mark.parametrize(
    ("ip", "literal"),
    [
        ("192.0.2.7", "[192.0.2.7]"),
        ("2001:db8::7", "[IPv6:2001:db8::7]"),
        ("::ffff:192.0.2.7", "[192.0.2.7]"),
        ("fe80::1%eth0", "[IPv6:fe80::1]"),
    ],
)
def test_address_literals(ip: str, literal: str) -> None:
    assert address_literal(ip) == literal


def test_an_address_literal_needs_an_address() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        address_literal("example.com")


@pytest.mark.parametrize(
    ("server", "shown"), [("mx.example.com", "mx.example.com"), ("my_host", "my-host"), ("", "localhost")]
)
def test_what_we_call_ourselves(server: str, shown: str) -> None:
    assert f"\tby {shown}\r\n".encode() in received_field(a_hop(server=server))


@pytest.mark.parametrize(
    ("recipient", "protocol", "shown"),
    [
        ("ada@example.com", "ESMTP", True),
        ('"a b"@example.com', "ESMTP", True),
        ("用户@example.com", "UTF8SMTP", True),
        ("用户@example.com", "ESMTP", False),
        ('"a\x85b"@example.com', "UTF8SMTP", False),
        (None, "ESMTP", False),
    ],
)
def test_the_only_recipient_is_named_where_it_can_be(recipient: str | None, protocol: str, *, shown: bool) -> None:
    field = received_field(a_hop(recipient=recipient, protocol=protocol))
    assert (f"\tfor <{recipient}>;".encode() in field) is shown


@pytest.mark.parametrize(
    ("is_esmtp", "tls", "authenticated", "smtputf8", "name"),
    [
        (False, False, False, False, "SMTP"),
        (False, True, False, False, "SMTP"),
        (True, False, False, False, "ESMTP"),
        (True, True, False, False, "ESMTPS"),
        (True, False, True, False, "ESMTPA"),
        (True, True, True, False, "ESMTPSA"),
        (True, False, False, True, "UTF8SMTP"),
        (True, True, False, True, "UTF8SMTPS"),
        (True, False, True, True, "UTF8SMTPA"),
        (True, True, True, True, "UTF8SMTPSA"),
    ],
)
def test_protocol_types(*, is_esmtp: bool, tls: bool, authenticated: bool, smtputf8: bool, name: str) -> None:
    assert protocol_type(is_esmtp=is_esmtp, tls=tls, authenticated=authenticated, smtputf8=smtputf8) == name


@given(
    helo=st.text(max_size=400) | st.sampled_from(["[", "]", "[IPv6:", "a.b", "-a", "a-", "a..b", "1.2.3.4."]),
    host=st.none() | st.text(max_size=300),
    server=st.text(alphabet=st.characters(exclude_characters="-."), max_size=300),
    tls=st.none() | st.just("TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256"),
    ip=st.ip_addresses().map(str),
    at=st.floats(min_value=0, max_value=4e9),
)
def test_nothing_a_client_says_leaves_the_grammar(
    *, helo: str, host: str | None, server: str, tls: str | None, ip: str, at: float
) -> None:
    field = received_field(a_hop(helo=helo, client_host=host, server=server, tls=tls, client_ip=ip, at=at))
    assert max(map(len, field.split(b"\r\n"))) <= 998
    if server.isascii() and server.isalnum():
        assert STAMP.fullmatch(field.decode("ascii"))
    parsed = message_from_bytes(field + b"\r\nbody")
    assert parsed.keys() == ["Received"]
    date = parsedate_to_datetime(parsed["Received"].rpartition(";")[2])
    assert date == datetime.fromtimestamp(int(at), UTC)
