import pytest

from mailcore.authentication.dkim.signature import parse_arc_message_signature, parse_dkim_signature

TAGS = {
    "v": "1",
    "a": "RSA-SHA256",
    "c": "relaxed/simple",
    "d": "Example.ORG",
    "s": "Sel_1.k",
    "h": "From : To\r\n\t: Subject",
    "bh": "YW Jj",
    "b": "ZGVm\r\n\tZGVm",
}


def field(**changes: str | None) -> bytes:
    tags = {name: value for name, value in {**TAGS, **changes}.items() if value is not None}
    return ("DKIM-Signature: " + "; ".join(f"{name}={value}" for name, value in tags.items()) + "\r\n").encode()


def test_a_signature() -> None:
    signature = parse_dkim_signature(field(t="1", x="2", l="10", i="bob@Mail.example.org", q="dns/txt", z="rubbish"))
    assert (signature.domain, signature.selector, signature.identity) == ("example.org", "sel_1.k", "mail.example.org")
    assert signature.key_name == "sel_1.k._domainkey.example.org"
    assert (signature.algorithm, signature.header_method, signature.body_method) == ("rsa-sha256", "relaxed", "simple")
    assert signature.names == (b"from", b"to", b"subject")
    assert (signature.body_hash, signature.octets, signature.fingerprint) == (b"abc", b"defdef", "ZGVmZGVm")
    assert (signature.length, signature.made_at, signature.expires_at) == (10, 1, 2)


@pytest.mark.parametrize(
    ("c", "methods"), [(None, "simple simple"), ("relaxed", "relaxed simple"), ("simple/relaxed", "simple relaxed")]
)
def test_methods(c: str | None, methods: str) -> None:
    signature = parse_dkim_signature(field(c=c))
    assert f"{signature.header_method} {signature.body_method}" == methods


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"v": "2"}, "version"),
        ({"v": None}, "version"),
        ({"a": None}, "a is missing"),
        ({"d": None, "s": None}, "d, s is missing"),
        ({"h": "to:subject"}, "From is not signed"),
        ({"c": "relaxed/nofws"}, "canonicalization"),
        ({"q": "dns/other"}, "way to its key"),
        ({"d": "localhost"}, "domain"),
        ({"d": "exa mple..org"}, "domain"),
        ({"s": ""}, "selector"),
        ({"s": "a..b"}, "selector"),
        ({"s": "a" * 191}, "selector"),
        ({"i": "bob@example.net"}, "below"),
        ({"i": "bob@notexample.org"}, "below"),
        ({"l": "-1"}, "l= is no number"),
        ({"t": "9" * 21}, "t= is no number"),
        ({"t": "2", "x": "1"}, "expired before"),
        ({"b": ""}, "nothing"),
        ({"b": "?!"}, r"base64|padding"),
        ({"h": ":".join(["from"] * 501)}, "too many"),
    ],
)
def test_what_is_none(changes: dict[str, str | None], why: str) -> None:
    with pytest.raises(ValueError, match=f"(?i){why}"):
        parse_dkim_signature(field(**changes))
    with pytest.raises(ValueError, match="UTF-8"):
        parse_dkim_signature(b"DKIM-Signature: \xff")


def test_a_signature_of_a_chain() -> None:
    signature = parse_arc_message_signature(field(v=None, i="3"))
    assert (signature.domain, signature.identity) == ("example.org", "example.org")
    with pytest.raises(ValueError, match="ARC-Seal is signed"):
        parse_arc_message_signature(field(v=None, i="3", h="from:arc-seal"))
