import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.address import (
    Address,
    domain_to_ascii,
    local_key,
    parse_address,
    quote_local_part,
    read_local_address,
    stored_form,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("alice@example.com", Address("alice", "example.com")),
        ("Alice@EXAMPLE.com", Address("Alice", "example.com")),
        ("a.b+c@example.com", Address("a.b+c", "example.com")),
        ('"a b"@example.com', Address("a b", "example.com")),
        (r'"a\"b"@example.com', Address('a"b', "example.com")),
        ('"a@b"@example.com', Address("a@b", "example.com")),
        ('""@example.com', Address("", "example.com")),
        ("x@[192.0.2.1]", Address("x", "[192.0.2.1]")),
        ("x@[IPv6:2001:db8::1]", Address("x", "[IPv6:2001:db8::1]")),
        ("用户@例子.测试", Address("用户", "xn--fsqu00a.xn--0zwm56d")),
        ("x@Bücher.example", Address("x", "xn--bcher-kva.example")),
        ("x@example.com.", Address("x", "example.com")),
        (f"{'a' * 64}@example.com", Address("a" * 64, "example.com")),
    ],
)
def test_addresses_are_read(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "alice",
        "alice@",
        "@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a b@example.com",
        "a@b@example.com",
        '"a"b@example.com',
        "a\r\n@example.com",
        "a\0@example.com",
        "a@exa mple.com",
        "a@-example.com",
        "a@exam_ple.com",
        "a@example..com",
        "a@[192.0.2.1",
        "a@[]",
        f"{'a' * 65}@example.com",
        f"{'ü' * 33}@example.com",
        f"a@{'a' * 64}.com",
        f"a@{'.'.join(['a' * 60] * 5)}.com",
    ],
)
def test_what_is_no_address_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_address(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_what_is_read_prints_as_itself(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("local_part", "quoted"),
    [("a.b", "a.b"), ("a b", '"a b"'), ('a"b', r'"a\"b"'), ("a\\b", r'"a\\b"'), ("", '""'), (".a", '".a"'), ("ü", "ü")],
)
def test_local_parts_are_quoted_only_where_they_must(local_part: str, quoted: str) -> None:
    assert quote_local_part(local_part) == quoted


@pytest.mark.parametrize(
    ("one", "other"), [("ALICE", "alice"), ("Straße", "STRASSE"), ("e\u0301", "é"), ("ΣΑΣ", "σας")]
)
def test_local_parts_of_ours_compare_without_case_or_composition(one: str, other: str) -> None:
    assert local_key(one) == local_key(other)


@pytest.mark.parametrize(
    ("text", "case_sensitive", "stored"),
    [
        ("Jörg.Müller@Bücher.Example", False, "jörg.müller@xn--bcher-kva.example"),
        ("Jörg.Müller@Bücher.Example", True, "Jörg.Müller@xn--bcher-kva.example"),
        ("e\u0301@example.com", True, "é@example.com"),
        ("POSTMASTER@example.com", True, "postmaster@example.com"),
        ("Abuse@example.com", True, "abuse@example.com"),
        ('"A b"@example.com', False, '"a b"@example.com'),
        ('"ab"@example.com', True, "ab@example.com"),
    ],
)
def test_the_stored_form_is_its_own_stored_form(text: str, stored: str, *, case_sensitive: bool) -> None:
    assert stored_form(read_local_address(text), case_sensitive=case_sensitive) == stored
    assert stored_form(read_local_address(stored), case_sensitive=case_sensitive) == stored


def test_an_address_literal_is_no_managed_domain() -> None:
    with pytest.raises(ValueError, match="no managed domain"):
        read_local_address("a@[192.0.2.1]")


@pytest.mark.parametrize(("address", "ascii_only"), [("a@bücher.example", True), ("ü@example.com", False)])
def test_whether_it_needs_smtputf8(address: str, ascii_only: bool) -> None:
    assert parse_address(address).is_ascii is ascii_only


def test_domains_have_one_form() -> None:
    assert domain_to_ascii("BÜCHER.example.") == domain_to_ascii("xn--bcher-kva.example") == "xn--bcher-kva.example"
