"""What the bus carries, and how several go as one queue message.

Pure. Used by both buses; nobody else needs it.
"""

from collections.abc import Sequence

import msgspec

from mailcore.errors import Malformed

_VERSION = 1


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """One published message."""

    id: str
    attempt: int
    body: bytes


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """What one queue message holds."""

    version: int
    published_at: float
    """Seconds since the epoch, by the publisher's clock."""
    letters: list[Letter]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Parcel)


def pack(letters: Sequence[Letter], published_at: float) -> bytes:
    """Give the octets of one queue message with all of `letters`."""
    return _encoder.encode(Parcel(_VERSION, published_at, list(letters)))


def unpack(octets: bytes) -> Parcel:
    """Read a queue message. Raises Malformed for what `pack` did not make."""
    try:
        parcel = _decoder.decode(octets)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Malformed(f"not a parcel of letters: {error}") from error
    if parcel.version != _VERSION:
        raise Malformed(f"a parcel of version {parcel.version}: this process reads version {_VERSION}")
    if not parcel.letters:
        raise Malformed("a parcel without letters")
    return parcel
