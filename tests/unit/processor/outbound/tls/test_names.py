"""Patterns of host names, as a table."""

import pytest

from processor.outbound.tls.names import matches


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("mx.example.org", "mx.example.org", True),
        ("MX.Example.org.", "mx.example.ORG", True),
        ("mx.example.org", "a.mx.example.org", False),
        ("*.example.org", "mx.example.org", True),
        ("*.example.org", "a.mx.example.org", False),
        ("*.example.org", "example.org", False),
        ("*.example.org", ".example.org", False),
        ("*.org", "example.org", False),
        ("m*.example.org", "mx.example.org", False),
        ("mx.*.org", "mx.example.org", False),
        ("*", "example", False),
        ("", "", False),
        ("*.xn--fsq.test", "mx.xn--fsq.test", True),
    ],
)
def test_a_star_is_one_whole_label(pattern: str, name: str, is_match: bool) -> None:
    assert matches(pattern, name) is is_match
