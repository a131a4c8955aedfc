"""A digest of whole messages: `multipart/digest` (RFC 2046 5.1.5) below its contents, in a `multipart/mixed`.

Each post is in it octet for octet as members got it, but for the fields by which one member alone would leave. One
whose header section holds UTF-8 is encoded (`message/global`, RFC 6532 3.7), so that servers without SMTPUTF8 take the
digest; of one that is binary (RFC 3030), or whose content is lost, the header section is in it.
"""

from uuid import UUID

from mailcore.ids import derived_id
from mailcore.mail.enclosed import header_part, message_fields
from mailcore.mail.header_edits import without
from mailcore.mail.text_part import text_part
from maildecide.lists.digest.entry import DigestOut, Entry

_OF_A_MEMBER = frozenset({b"list-unsubscribe", b"list-unsubscribe-post"})
_MIME_VERSION = b"MIME-Version: 1.0\r\n"


class MimeDigest:
    """Writes the parts around posts, whose bodies come in pieces."""

    def __init__(self, digest: DigestOut, number: UUID, *, is_8bit: bool) -> None:
        """`is_8bit`: whether any post that is not encoded has an octet above 127."""
        self._digest = digest
        self._outer, self._inner = (
            f"=_{derived_id(number, 'boundary', which).hex}".encode() for which in ("mixed", "digest")
        )
        # RFC 2045 6.4: a multipart is labelled as what is in it.
        self._encoding = b"Content-Transfer-Encoding: 8bit\r\n" if is_8bit else b""

    @property
    def fields(self) -> bytes:
        """The fields that describe the content."""
        return self._multipart(b"mixed", self._outer)

    @property
    def opening(self) -> bytes:
        """What stands before the first post, from the empty line on."""
        described, text = text_part(self._digest.preamble)
        return b"".join(
            (
                b"\r\n--%b\r\n" % self._outer,
                described.removeprefix(_MIME_VERSION),
                b"\r\n",
                text,
                b"--%b\r\n" % self._outer,
                self._multipart(b"digest", self._inner),
            )
        )

    def before(self, entry: Entry, *, is_8bit: bool) -> tuple[bytes, bool]:
        """Give what stands before a post: boundary and fields; and whether the post follows in base64."""
        fields, is_base64 = message_fields(shown_header(entry), is_8bit=is_8bit)
        return b"\r\n--%b\r\n%b\r\n" % (self._inner, fields), is_base64

    def instead(self, entry: Entry) -> bytes:
        """Give a whole part with the header section of a post alone."""
        return b"\r\n--%b\r\n%b" % (self._inner, header_part(shown_header(entry)))

    @property
    def closing(self) -> bytes:
        """What stands after the last post."""
        return b"\r\n--%b--\r\n\r\n--%b--\r\n" % (self._inner, self._outer)

    def _multipart(self, subtype: bytes, boundary: bytes) -> bytes:
        return b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n%b' % (subtype, boundary, self._encoding)


def shown_header(entry: Entry) -> bytes:
    """Give the header section of a post as it stands in a digest."""
    return without(entry.mail.header, _OF_A_MEMBER)


def has_header_alone(entry: Entry) -> bool:
    """Whether only its header section is in a digest: no server takes the whole as a part, or it is lost."""
    return entry.is_lost or entry.mail.envelope.body == "BINARYMIME"
