"""What goes out of a digest, as it is kept with it: one message for each way in which some get it."""

from collections.abc import Sequence

import msgspec

from mailcore.directory.list_digest import Slice, Variant
from mailcore.errors import Malformed
from maildecide.lists.posted import Posted


class Made(msgspec.Struct, frozen=True):
    """A message that some readers get."""

    variant: Variant
    posted: Posted


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[tuple[Made, ...]] = msgspec.msgpack.Decoder(tuple[Made, ...])


def encode(made: Sequence[Made]) -> bytes:
    """Give the octets that stand for them in a digest's row."""
    return _encoder.encode(made)


def decode(octets: bytes) -> tuple[Made, ...]:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a digest: {error}") from error


def contents_of(made: Sequence[Made]) -> tuple[str, ...]:
    """Give the keys of the contents that they refer to."""
    keys = (one.posted.mail.content_key for one in made)
    return tuple(sorted({key for key in keys if key is not None}))


def message_for(made: Sequence[Made], wanted: Variant, whole: Slice) -> Made | None:
    """Give the message of those made that is nearest to what a reader gets.

    Who has changed something since they were made gets the posts in the other format, or else, of what there is, the
    whole: twice is better than not at all.
    """
    nearest = sorted(
        made,
        key=lambda one: (
            one.variant.slice != wanted.slice,
            one.variant.slice != whole,
            one.variant.format != wanted.format,
        ),
    )
    return nearest[0] if nearest else None
