"""The forms in which one message can be sent: as it is, and in 7 bit. Each is made when a server first wants it.

What is signed is what is sent: the signature is added to the form, after any conversion.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import msgspec

from mailcore.content.interface import ContentStore
from mailcore.mail.header_edits import has_field
from maildecide.lists.copy.list_fields import without_link
from processor.outbound.body_hashes import hash_of
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.line_ends import LineEnds
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.client.parameters import hindrance, needs_7bit
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.rendering import held, is_ascii, outgoing, rest_of
from processor.outbound.seven_bit.conversion import Conversion
from processor.outbound.seven_bit.fault import Unconvertible
from processor.outbound.seven_bit.survey import Survey
from processor.outbound.seven_bit.walk import Walk
from processor.outbound.signing import Sign

Pieces = Callable[[], AsyncIterator[bytes]]

_SIGNATURES = (b"dkim-signature", b"arc-message-signature")


class Forms:
    """The forms of one message, for one attempt."""

    def __init__(
        self,
        mail: RemoteMail,
        store: ContentStore,
        sign: Sign | None = None,
        *,
        rest_is_ascii: bool | None = None,
        is_linked: bool = False,
    ) -> None:
        """`sign`: signs and seals whatever form is sent, where the mail says by whom; None: nobody does.

        `is_linked`: whether it has the link by which a member leaves a list, which goes with a signature or not at all.
        """
        self._is_linked = is_linked
        self._rest_is_ascii = rest_is_ascii
        self._mail = mail
        self._store = store
        self._sign = sign if mail.signers or mail.arc or mail.seal else None
        self._signed: dict[bool, Outgoing] = {}
        self._as_it_is: Outgoing | None = None
        self._in_7bit: Outgoing | None = None

    async def parted(
        self, recipients: Sequence[RemoteRecipient]
    ) -> AsyncIterator[tuple["Forms", Sequence[RemoteRecipient]]]:
        """Give what is sent in transactions of their own: all get the same, or each gets what nobody else does.

        What they have in common is read once. Raises ContentAway, ContentMissing.
        """
        if not any(recipient.is_apart for recipient in recipients):
            yield self, recipients
            return
        mail = await held(self._mail, self._store)
        known = await is_ascii(rest_of(mail, self._store))
        if self._sign is not None and not mail.body_hash:
            hashed = await hash_of(lambda: rest_of(mail, self._store))
            mail = msgspec.structs.replace(mail, body_hash=hashed.body)
        shared: dict[bool, Outgoing] = {}
        for recipient in recipients:
            is_linked = mail.token_at >= 0
            apart = mail.apart_for(recipient)
            forms = Forms(apart, self._store, self._sign, rest_is_ascii=known, is_linked=is_linked)
            if not is_linked:
                # They get the same octets under senders of their own: signed once.
                forms._signed = shared
            yield forms, (recipient,)

    async def for_server(self, extensions: Extensions) -> Outgoing:
        """Give the form that a server can take, signed; where there is none, one that says why.

        Raises ContentAway, ContentMissing, and DatabaseAway when keys cannot be looked up.
        """
        form = await self._unsigned(extensions)
        if hindrance(form, extensions) is not None:
            return form
        signed = form if self._sign is None else await self._signed_by(self._sign, form)
        if not self._is_linked or signed.signed_by:
            return signed
        # The keys that there were when the copy was made are gone, or cannot be opened.
        plain = msgspec.structs.replace(self._mail, header=without_link(self._mail.header))
        unlinked = await Forms(plain, self._store, rest_is_ascii=self._rest_is_ascii).for_server(extensions)
        return replace(unlinked, unsigned=signed.unsigned)

    async def _signed_by(self, sign: Sign, form: Outgoing) -> Outgoing:
        signed = self._signed.get(form.is_converted)
        if signed is None:
            signed = self._signed[form.is_converted] = await sign(self._mail, form)
        return signed if signed.sender == form.sender else replace(signed, sender=form.sender)

    async def _unsigned(self, extensions: Extensions) -> Outgoing:
        if self._as_it_is is None:
            self._as_it_is = await outgoing(self._mail, self._store, rest_is_ascii=self._rest_is_ascii)
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
