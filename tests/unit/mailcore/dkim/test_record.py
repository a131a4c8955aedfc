"""The record to publish, and what is wrong with one that was found."""

import dns.rdatatype
import dns.zone
import pytest

from mailcore.dkim.keys import Algorithm, make_key
from mailcore.dkim.record import mismatch, record_name, record_text, strings_of, zone_line

KEY = "MIIB" + "A" * 388


def test_a_long_record_is_split_into_strings_that_join_again() -> None:
    text = record_text("rsa-sha256", KEY)
    assert text == f"v=DKIM1; k=rsa; p={KEY}"
    assert [len(string) for string in strings_of(text)] == [255, len(text) - 255]
    assert "".join(strings_of(text)) == text
    short = record_text("ed25519-sha256", "A" * 44)
    assert strings_of(short) == (short,)


def test_the_zone_line_is_what_a_zone_file_takes() -> None:
    name = record_name("2026", "example.org")
    text = record_text("rsa-sha256", make_key("rsa-sha256").public)
    zone = dns.zone.from_text(f"$TTL 300\n{zone_line(name, text)}\n", "example.org", check_origin=False)
    (record,) = zone.find_rdataset("2026._domainkey", dns.rdatatype.TXT)
    assert b"".join(record.strings).decode() == text


@pytest.mark.parametrize(
    ("published", "algorithm", "why"),
    [
        (f"v=DKIM1; k=rsa; p={KEY}", "rsa-sha256", None),
        (f"p={KEY}", "rsa-sha256", None),
        (f" v=DKIM1;t=s;n=a note ; p = {KEY[:40]} \t{KEY[40:]};", "rsa-sha256", None),
        (f"v=DKIM1; h=sha1:sha256; s=*:other; p={KEY}", "rsa-sha256", None),
        (f"v=DKIM1; k=ed25519; p={KEY}", "ed25519-sha256", None),
        (f"v=DKIM1; p={KEY}", "ed25519-sha256", "k= is not ed25519"),
        (f"v=DKIM2; p={KEY}", "rsa-sha256", "v= is not DKIM1"),
        (f"v=DKIM1; h=sha1; p={KEY}", "rsa-sha256", "h= does not allow sha256"),
        (f"v=DKIM1; s=tlsrpt; p={KEY}", "rsa-sha256", "s= does not allow mail"),
        (f"v=DKIM1; p={KEY}B", "rsa-sha256", "p= is another key"),
        ("v=DKIM1; p=", "rsa-sha256", "p= is empty: the key is revoked"),
        ("v=DKIM1; k=rsa", "rsa-sha256", "p= is empty: the key is revoked"),
        ("v=spf1 -all", "rsa-sha256", "v= is not DKIM1"),
        ("nothing of the kind", "rsa-sha256", "it is no list of tags"),
        ("p=a; p=b", "rsa-sha256", "it is no list of tags"),
        ("", "rsa-sha256", "p= is empty: the key is revoked"),
    ],
)
def test_what_is_published_is_held_against_the_key(published: str, algorithm: Algorithm, why: str | None) -> None:
    assert mismatch(published.encode(), algorithm, KEY) == why


def test_octets_that_are_no_text_are_no_record() -> None:
    assert mismatch(b"\xff\xfe", "rsa-sha256", KEY) == "it is no list of tags"
