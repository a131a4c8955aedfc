"""Seals what goes out of a stranger's post (ARC), once for all its copies: what was found when it came.

What differs from copy to copy, the link by which a member leaves, is not covered; the DKIM signature of each covers it.
A copy that has to be brought into 7 bit goes without. Nothing of sealing stops mail.
"""

from collections.abc import AsyncIterator, Callable

import msgspec
import structlog

from mailcore.authentication.arc_sealing import ArcBasis, MadeSeal, seal_fields
from mailcore.content.interface import ContentStore
from mailcore.dkim.keys import SigningKey
from mailcore.errors import MailError, Malformed
from maildecide.lists.posted import Posted
from maildecide.message.mail import Mail
from processor.lists.knowledge import body_of
from processor.outbound.body_hashes import hash_of
from processor.outbound.seal_basis import seal_basis
from processor.outbound.signing import KeysOf

_OF_A_MEMBER = (b"list-unsubscribe",)

log = structlog.get_logger(__name__)


class PostSealer:
    """Seals by the first key of the first domain that has one."""

    def __init__(self, keys_of: KeysOf, content: ContentStore, *, is_wanted: Callable[[], bool]) -> None:
        """`is_wanted`: whether anything is sealed now."""
        self._keys_of = keys_of
        self._content = content
        self._is_wanted = is_wanted

    async def __call__(self, posted: Posted, came: Mail, address: str) -> Posted:
        """Give what goes out with its seal, as far as there are keys. Raises DatabaseAway, ContentAway, ContentMissing.

        `came`: what was posted; `address`: where.
        """
        if not self._is_wanted():
            return posted
        found = seal_basis(came.marks, came.arrival.server, came.envelope.sender, (address,))
        if found is None:
            return posted
        basis, domains = found
        for domain in domains:
            keys = await self._keys_of(domain)
            if keys is not None and keys.keys:
                fields = await self._fields(posted, domain=domain, key=keys.keys[0], basis=basis)
                made = MadeSeal(fields, f"{keys.keys[0].selector}._domainkey.{domain}")
                return msgspec.structs.replace(posted, seal=made) if fields else posted
        return posted

    async def _fields(self, posted: Posted, *, domain: str, key: SigningKey, basis: ArcBasis) -> bytes:
        mail = posted.mail

        async def pieces() -> AsyncIterator[bytes]:
            yield mail.header
            async for piece in body_of(mail, self._content):
                yield piece

        try:
            hashed = await hash_of(pieces)
            return seal_fields(
                hashed.header,
                hashed.body,
                domain=domain,
                key=key,
                basis=basis,
                at=mail.arrival.at,
                uncovered=() if posted.token_at < 0 else _OF_A_MEMBER,
            )
        except Malformed as error:
            log.warning("post_goes_unsealed", reason=str(error))
        except MailError:
            # What cannot be read now cannot be sent now either.
            raise
        except Exception:
            # Whatever is wrong with a key or with us, the post is worth more than its seal.
            log.exception("post_not_sealed", message=str(mail.arrival.id), domain=domain)
        return b""
