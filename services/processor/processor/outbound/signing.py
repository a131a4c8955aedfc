"""Signs what is sent, in the form in which it is sent (DKIM): asked by `forms` once for each form of a message.

Nothing of signing stops mail: what cannot be signed goes without, and the trace says why.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from mailcore.db.signing_keys import DomainKeys
from mailcore.dkim.keys import SigningKey
from mailcore.dkim.signature import signature_fields
from mailcore.errors import MailError, Malformed
from mailcore.metrics import Metrics
from processor.outbound.body_hashes import BodyHashes
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.remote_mail import RemoteMail

Sign = Callable[[RemoteMail, Outgoing], Awaitable[Outgoing]]
"""Gives a form of a message with its signatures."""
KeysOf = Callable[[str], Awaitable[DomainKeys | None]]
"""Gives the keys of a domain; None: it has none."""

log = structlog.get_logger(__name__)


class Signer:
    """Signs by the keys that the domains have at that moment."""

    def __init__(self, keys_of: KeysOf, bodies: BodyHashes, metrics: Metrics) -> None:
        self._keys_of = keys_of
        self._bodies = bodies
        self._metrics = metrics

    async def __call__(self, mail: RemoteMail, form: Outgoing) -> Outgoing:
        """Give `form` with the signatures of the first of the mail's signers that has keys; as it is when none has.

        Raises DatabaseAway, ContentAway, ContentMissing.
        """
        for domain in mail.signers:
            found = await self._keys_of(domain)
            if found is not None:
                return await self._signed(mail, form, domain, found)
        return form

    async def _signed(self, mail: RemoteMail, form: Outgoing, domain: str, found: DomainKeys) -> Outgoing:
        if not found.keys:
            return self._unsigned(form, f"the keys of {domain} cannot be opened: {' '.join(found.left_out)}")
        try:
            fields = await self._fields(mail, form, domain, found.keys)
        except Malformed as error:
            return self._unsigned(form, str(error))
        except MailError:
            # What cannot be read now cannot be sent now either.
            raise
        except Exception:
            # Whatever is wrong with a key or with us, the mail is worth more than its signature.
            log.exception("message_not_signed", message=str(mail.message_id), domain=domain)
            return self._unsigned(form, f"signing for {domain} failed")
        self._metrics.signatures.labels("made").inc()
        names = " ".join(f"{key.selector}._domainkey.{domain}" for key in found.keys)
        return replace(preceded(fields, form), signed_by=names)

    async def _fields(self, mail: RemoteMail, form: Outgoing, domain: str, keys: Sequence[SigningKey]) -> bytes:
        hashed = await self._bodies.of_form(mail, form)
        # What is sent again, to whomever, is the same: nothing here is of this moment.
        return signature_fields(hashed.header, hashed.body, domain, keys, mail.accepted_at)

    def _unsigned(self, form: Outgoing, why: str) -> Outgoing:
        self._metrics.signatures.labels("left out").inc()
        log.warning("message_goes_unsigned", reason=why)
        return replace(form, unsigned=why)


def preceded(fields: bytes, form: Outgoing) -> Outgoing:
    """Give `form` with fields above it."""

    async def pieces() -> AsyncIterator[bytes]:
        yield fields
        async for piece in form.pieces():
            yield piece

    return replace(form, pieces=pieces, size=form.size + len(fields), added=fields + form.added)
