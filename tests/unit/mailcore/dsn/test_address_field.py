import pytest

from mailcore.dsn.address_field import decoded_xtext, original_recipient, typed_address


def test_addresses_have_types() -> None:
    assert typed_address("bea@example.org") == "rfc822; bea@example.org"
    assert typed_address("é@example.org") == "utf-8; \\x{E9}@example.org"


@pytest.mark.parametrize(
    ("orcpt", "field"),
    [
        ("rfc822;bea+2B1@example.org", "rfc822; bea+1@example.org"),
        ("utf-8;\\x{E9}@example.org", "utf-8; \\x{E9}@example.org"),
        ("rfc822;a+0Ab", "rfc822; a\\x{A}b"),
    ],
)
def test_orcpt_is_decoded_and_cannot_break_the_field(orcpt: str, field: str) -> None:
    assert original_recipient(orcpt) == field


def test_xtext() -> None:
    assert decoded_xtext("a+2Bb") == "a+b"
