"""What goes out of a post, as it is kept with it: all that its copies have in common."""

import msgspec

from mailcore.authentication.arc_sealing import MadeSeal
from mailcore.errors import Malformed
from maildecide.message.mail import Mail


class Posted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post that is open."""

    mail: Mail
    """Without a member's token, and with a sender that every copy without one of its own has."""
    token_at: int = -1
    """Where in the header section a member's token is put; -1: nowhere."""
    seal: MadeSeal | None = None
    """What seals every copy for another server; None: nothing does."""

    def header_for(self, token: str) -> bytes:
        """Give the header section of a member's copy."""
        header = self.mail.header
        if self.token_at < 0:
            return header
        return header[: self.token_at] + token.encode("ascii") + header[self.token_at :]


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
