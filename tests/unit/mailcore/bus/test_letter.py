from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.bus.letter import Letter, Parcel, pack, unpack
from mailcore.errors import Malformed

LETTERS = st.lists(
    st.builds(
        Letter,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        st.integers(min_value=1, max_value=1_000_000),
        st.binary(max_size=300),
    ),
    min_size=1,
    max_size=40,
)


@given(letters=LETTERS, published_at=st.floats(min_value=0, max_value=1e11))
def test_what_is_packed_is_unpacked(letters: list[Letter], published_at: float) -> None:
    assert unpack(pack(letters, published_at)) == Parcel(1, published_at, letters)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"plain text",
        b"\xff\x00",
        pack([Letter("id", 1, b"body")], 1.0)[:-1],
        msgspec.msgpack.encode({"letters": []}),
        msgspec.msgpack.encode((1, 1.0, [])),
        msgspec.msgpack.encode((1, 1.0, [("id", "one", b"")])),
        msgspec.msgpack.encode((2, 1.0, [("id", 1, b"")])),
    ],
)
def test_anything_else_is_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed):
        unpack(octets)


@given(octets=st.binary(max_size=200))
def test_no_octets_escape_as_another_error(octets: bytes) -> None:
    with suppress(Malformed):
        unpack(octets)
