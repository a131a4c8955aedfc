from urllib.parse import quote

import pytest
from pydantic import TypeAdapter, ValidationError

from admin_api.paths import Segment, in_path, routing_path

SEGMENT: TypeAdapter[str] = TypeAdapter(Segment)
AWKWARD = [
    "a/b@example.com",
    "100%@example.com",
    "%2F@example.com",
    '"a b"@example.com',
    "é@例え.example",
    "a?b#c@x.test",
]


@pytest.mark.parametrize("address", AWKWARD)
@pytest.mark.parametrize("encode", [in_path, lambda text: quote(text, safe="")])
def test_an_encoded_address_is_one_segment(address: str, encode: object) -> None:
    assert callable(encode)
    path = routing_path(f"/accounts/{encode(address)}/forwards".encode("ascii"))
    before, segment, after = path.rsplit("/", 2)
    assert (before, after) == ("/accounts", "forwards")
    assert SEGMENT.validate_python(segment) == address


def test_octets_that_are_no_utf8_are_replaced() -> None:
    assert routing_path(b"/accounts/%FF") == "/accounts/\ufffd"


def test_nul_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"U\+0000"):
        SEGMENT.validate_python(routing_path(b"a%00b"))
