import pytest

from mailcore.dsn.address_field import ascii_orcpt, decoded_xtext, original_recipient, typed_address


@pytest.mark.parametrize(
    ("address", "in_ascii", "in_utf8"),
    [
        ("bea@example.org", "rfc822; bea@example.org", "rfc822; bea@example.org"),
        ("bea+a@example.org", "rfc822; bea+a@example.org", "rfc822; bea+a@example.org"),
        ("é@example.org", r"utf-8; \x{E9}@example.org", "utf-8; é@example.org"),
        ("飛脚@xn--fsq.test", r"utf-8; \x{98DB}\x{811A}@xn--fsq.test", "utf-8; 飛脚@xn--fsq.test"),
        # What xtext writes otherwise is a number in utf-8-addr-xtext too.
        ("é+a=b@example.org", r"utf-8; \x{E9}\x{2B}a\x{3D}b@example.org", "utf-8; é+a=b@example.org"),
        (r'"é\\"@example.org', r'utf-8; "\x{E9}\x{5C}\x{5C}"@example.org', r'utf-8; "é\\"@example.org'),
        ("é\u2028@example.org", r"utf-8; \x{E9}\x{2028}@example.org", r"utf-8; é\x{2028}@example.org"),
    ],
)
def test_addresses_have_types(address: str, in_ascii: str, in_utf8: str) -> None:
    assert typed_address(address) == in_ascii
    assert typed_address(address, utf8=True) == in_utf8


@pytest.mark.parametrize(
    ("orcpt", "in_ascii", "in_utf8"),
    [
        ("rfc822;bea+2B1@example.org", "rfc822; bea+1@example.org", "rfc822; bea+1@example.org"),
        ("x400;/S=bea", "x400; /S=bea", "x400; /S=bea"),
        (r"utf-8;\x{E9}@example.org", r"utf-8; \x{E9}@example.org", "utf-8; é@example.org"),
        (r"UTF-8;\x{E9}\x{2B}a@example.org", r"UTF-8; \x{E9}\x{2B}a@example.org", "UTF-8; é+a@example.org"),
        ("utf-8;é@example.org", r"utf-8; \x{E9}@example.org", "utf-8; é@example.org"),
        # What is no character is no number either, and what would end the field stays one.
        (r"utf-8;\x{D800}", r"utf-8; \x{5C}x{D800}", r"utf-8; \x{D800}"),
        (r"utf-8;a\x{0A}b", r"utf-8; a\x{0A}b", r"utf-8; a\x{0A}b"),
        ("rfc822;a+0D+0Ab", r"rfc822; a\x{0D}\x{0A}b", r"rfc822; a\x{0D}\x{0A}b"),
    ],
)
def test_orcpt_is_decoded_and_cannot_break_the_field(orcpt: str, in_ascii: str, in_utf8: str) -> None:
    assert original_recipient(orcpt) == in_ascii
    assert original_recipient(orcpt, utf8=True) == in_utf8


@pytest.mark.parametrize(
    ("orcpt", "in_ascii"),
    [
        ("rfc822;bea+2B1@example.org", "rfc822;bea+2B1@example.org"),
        ("utf-8;é\\x{2B}a@例.test", r"utf-8;\x{E9}\x{2B}a@\x{4F8B}.test"),
    ],
)
def test_a_server_without_smtputf8_gets_orcpt_in_ascii(orcpt: str, in_ascii: str) -> None:
    assert ascii_orcpt(orcpt) == in_ascii


def test_xtext() -> None:
    assert decoded_xtext("a+2Bb") == "a+b"
