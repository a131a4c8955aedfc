import pytest
from tests.builders import a_client, smtp_settings

from mailcore.address import parse_address
from maildecide.session.facts import ClientFacts
from maildecide.session.strangers import is_stranger, is_whitelisted


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (a_client(), True),
        (a_client(listener="submission"), False),
        (a_client(listener="submissions"), False),
        (a_client(account="ada@example.com"), False),
        (a_client(is_relay_permitted=True), False),
    ],
)
def test_is_stranger(client: ClientFacts, *, expected: bool) -> None:
    assert is_stranger(client) is expected


@pytest.mark.parametrize(
    ("entry", "sender", "expected"),
    [
        ("bob@example.net", "bob@example.net", True),
        ("bob@example.net", "Bob@Example.NET", True),
        ("Bob@example.net", "bob@example.net", True),
        ("bob@example.net", "rob@example.net", False),
        ("@example.net", "bob@example.net", True),
        ("@example.net", "bob@sub.example.net", False),
        ("@bücher.test", "bob@xn--bcher-kva.test", True),
        ("jürgen@example.net", "ju\u0308rgen@example.net", True),
        ('"b b"@example.net', '"b b"@example.net', True),
        ("bob@example.net", None, False),
        ("@example.net", None, False),
    ],
)
def test_is_whitelisted(entry: str, sender: str | None, *, expected: bool) -> None:
    address = None if sender is None else parse_address(sender)
    settings = smtp_settings(sender_whitelist=("@other.test", entry))
    assert is_whitelisted(address, settings) is expected
    assert not is_whitelisted(address, smtp_settings())
