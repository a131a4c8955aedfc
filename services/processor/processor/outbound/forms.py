"""The forms in which one message can be sent: as it is, and in 7 bit. Each is made when a server first wants it.

What is signed is what is sent: whoever signs adds the signature to the form, after any conversion.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from mailcore.content.interface import ContentStore
from mailcore.mail.header_edits import has_field
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.line_ends import LineEnds
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.client.parameters import needs_7bit
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.rendering import outgoing, rest_of
from processor.outbound.seven_bit.conversion import Conversion
from processor.outbound.seven_bit.fault import Unconvertible
from processor.outbound.seven_bit.survey import Survey
from processor.outbound.seven_bit.walk import Walk

Pieces = Callable[[], AsyncIterator[bytes]]

_SIGNATURES = (b"dkim-signature", b"arc-message-signature")


class Forms:
    """The forms of one message, for one attempt."""

    def __init__(self, mail: RemoteMail, store: ContentStore) -> None:
        self._mail = mail
        self._store = store
        self._as_it_is: Outgoing | None = None
        self._in_7bit: Outgoing | None = None

    async def for_server(self, extensions: Extensions) -> Outgoing:
        """Give the form that a server can take; where there is none, one that says why.

        Raises ContentAway, ContentMissing.
        """
        if self._as_it_is is None:
            self._as_it_is = await outgoing(self._mail, self._store)
        plain = self._as_it_is
        if plain.has_utf8_header and "SMTPUTF8" not in extensions:
            return plain
        # Names of attachments may be what an internationalised message is about (RFC 6531 3.2).
        may_need_utf8 = self._mail.smtputf8 and plain.is_8bit and "SMTPUTF8" not in extensions
        if not (may_need_utf8 or needs_7bit(plain, extensions)):
            return plain
        if self._in_7bit is None:
            self._in_7bit = await self._converted(plain)
        return self._in_7bit if self._in_7bit.has_utf8_header or needs_7bit(plain, extensions) else plain

    async def _converted(self, plain: Outgoing) -> Outgoing:
        mail = self._mail
        try:
            survey = await _survey(mail.header, self._lines)
        except Unconvertible as fault:
            return replace(plain, unconvertible=fault.why, unconvertible_status=fault.status)
        if mail.smtputf8 and survey.has_8bit_part_header:
            return replace(plain, has_utf8_header=True)

        async def pieces() -> AsyncIterator[bytes]:
            conversion = Conversion(mail.header, survey.treatments)
            yield conversion.header
            async for piece in self._lines():
                yield conversion.feed(piece)
            yield conversion.finish()

        return replace(
            plain,
            pieces=pieces,
            size=sum([len(piece) async for piece in pieces()]),
            is_8bit=False,
            is_binary=False,
            is_converted=True,
            breaks_signature=any(has_field(mail.header, name) for name in _SIGNATURES),
        )

    async def _lines(self) -> AsyncIterator[bytes]:
        """Give what follows the header section as it would be on the wire; binary content as it is (RFC 3030)."""
        if self._mail.body == "BINARYMIME":
            async for piece in rest_of(self._mail, self._store):
                yield piece
            return
        ends = LineEnds()
        async for piece in rest_of(self._mail, self._store):
            yield ends.feed(piece)
        yield ends.finish()


async def _survey(header: bytes, lines: Pieces) -> Survey:
    survey = Survey()
    walk = Walk(header, survey)
    async for piece in lines():
        walk.feed(piece)
    walk.finish()
    return survey
