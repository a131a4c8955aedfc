"""What goes out of a post, as it is kept with it: all that its copies have in common."""

import msgspec

from mailcore.authentication.arc_sealing import MadeSeal
from mailcore.errors import Malformed
from maildecide.lists.copy.list_fields import without_link
from maildecide.message.mail import Mail


class Posted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post that is open."""

    mail: Mail
    """Without a member's token, and with a sender that every copy without one of its own has."""
    token_at: int = -1
    """Where in the header section a member's token is put; -1: nowhere."""
    seal: MadeSeal | None = None
    """What seals every copy for another server; None: nothing does."""

    @property
    def unlinked_header(self) -> bytes:
        """The header section of a copy that nobody signs."""
        return self.mail.header if self.token_at < 0 else without_link(self.mail.header)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Posted)


def encode(posted: Posted) -> bytes:
    """Give the octets that stand for it in a post's row."""
    return _encoder.encode(posted)


def decode(octets: bytes) -> Posted:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a post that is open: {error}") from error
