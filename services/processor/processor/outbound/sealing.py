"""Seals what strangers' mail becomes on its way on (ARC), after it was signed: the last change of a form.

Nothing of sealing stops mail: what cannot be sealed goes without.
"""

from collections.abc import Callable
from dataclasses import replace

import structlog

from mailcore.authentication.arc_sealing import ArcBasis, seal_fields
from mailcore.dkim.keys import SigningKey
from mailcore.errors import MailError, Malformed
from processor.outbound.body_hashes import BodyHashes
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.signing import KeysOf, Sign, preceded

log = structlog.get_logger(__name__)


class Sealer:
    """Signs by `sign`, and then seals by the first key of the first domain that has one."""

    def __init__(self, sign: Sign, keys_of: KeysOf, bodies: BodyHashes, *, is_wanted: Callable[[], bool]) -> None:
        """`is_wanted`: whether anything is sealed now."""
        self._sign = sign
        self._keys_of = keys_of
        self._bodies = bodies
        self._is_wanted = is_wanted

    async def __call__(self, mail: RemoteMail, form: Outgoing) -> Outgoing:
        """Give `form` signed and sealed, as far as there are keys. Raises DatabaseAway, ContentAway, ContentMissing."""
        signed = await self._sign(mail, form)
        if not self._is_wanted():
            return signed
        if mail.seal is not None and not form.is_converted:
            return replace(preceded(mail.seal.fields, signed), sealed_by=mail.seal.key)
        if mail.arc is None:
            return signed
        for domain in mail.sealers:
            found = await self._keys_of(domain)
            if found is not None and found.keys:
                fields = await self._fields(mail, form, signed, domain=domain, key=found.keys[0], basis=mail.arc)
                name = f"{found.keys[0].selector}._domainkey.{domain}"
                return replace(preceded(fields, signed), sealed_by=name) if fields else signed
        return signed

    async def _fields(
        self, mail: RemoteMail, form: Outgoing, signed: Outgoing, *, domain: str, key: SigningKey, basis: ArcBasis
    ) -> bytes:
        try:
            hashed = await self._bodies.of_form(mail, form)
            header = signed.added + hashed.header
            return seal_fields(header, hashed.body, domain=domain, key=key, basis=basis, at=mail.accepted_at)
        except Malformed as error:
            log.warning("message_goes_unsealed", reason=str(error))
        except MailError:
            # What cannot be read now cannot be sent now either.
            raise
        except Exception:
            # Whatever is wrong with a key or with us, the mail is worth more than its seal.
            log.exception("message_not_sealed", message=str(mail.message_id), domain=domain)
        return b""
