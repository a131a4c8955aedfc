import time

import pytest

from mailcore.authentication.own_results import authserv_id, claims_to_be, known_name

OURS = frozenset({"mx.example.com", "mail.example"})


@pytest.mark.parametrize(
    "field",
    [
        "Authentication-Results: mx.example.com; spf=pass",
        "authentication-results:mx.example.com;spf=pass",
        "AUTHENTICATION-RESULTS : MX.Example.COM; none",
        "Authentication-Results: mx.example.com 1; spf=pass",
        "Authentication-Results:\r\n\tmx.example.com;\r\n\tspf=pass",
        "Authentication-Results: (who? (me)) mx.example.com (yes) 1 (so) ; spf=pass",
        r"Authentication-Results: (a \) b) mx.example.com; spf=pass",
        'Authentication-Results: "mx.example.com"; spf=pass',
        r'Authentication-Results: "mx.ex\ample.com"; spf=pass',
        'Authentication-Results: "mx.example.com',
        "Authentication-Results: mx.example.com.; spf=pass",
        "Authentication-Results: mx.example.com",
        "Authentication-Results: mail.example; spf=pass",
        "Authentication-Results: (mx.example.com; spf=pass",
        "Authentication-Results: (((\r\n mx.example.com; spf=pass",
        "Authentication-Results: () () mx.example.com;",
    ],
)
def test_ours_however_it_is_written(field: str) -> None:
    assert claims_to_be(field.encode() + b"\r\n", OURS)


@pytest.mark.parametrize(
    "field",
    [
        "Authentication-Results: mx.example.org; spf=pass",
        "Authentication-Results: xmx.example.com; spf=pass",
        "Authentication-Results: mx.example.com.evil.example; spf=pass",
        "Authentication-Results: (mx.example.com) other.example; spf=pass",
        'Authentication-Results: other.example; reason="mx.example.com"',
        "Authentication-Results: spf=pass; mx.example.com",
        "Authentication-Results:",
        "Authentication-Results: (only a comment)",
        "Authentication-Results: ; spf=pass",
        "Authentication-Results",
    ],
)
def test_what_is_somebody_elses(field: str) -> None:
    assert not claims_to_be(field.encode() + b"\r\n", OURS)


def test_names_compare_in_one_form() -> None:
    assert known_name(" Bücher.Example. ") == "xn--bcher-kva.example"
    assert known_name("Not A Domain!") == "not a domain!"
    assert authserv_id("Authentication-Results: bücher.example; none".encode()) == "xn--bcher-kva.example"
    assert authserv_id(b"Authentication-Results: \xff\xfe; none") is not None


@pytest.mark.parametrize(
    "text", ["(" * 2_000_000, "()" * 1_000_000, "(" * 1_000_000 + ")" * 1_000_000, '"' * 2_000_000]
)
def test_a_field_without_end_takes_no_time(text: str) -> None:
    began = time.process_time()
    assert not claims_to_be(b"Authentication-Results: " + text.encode(), OURS)
    assert time.process_time() - began < 20
