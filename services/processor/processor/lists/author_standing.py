"""Finds out what stands behind the author of a post: as it was found when the post came, else by asking DNS now.

DNS is asked for posts that nobody examined on their way in: of clients that logged in or may relay, of senders in the
whitelist, and all where `authenticate_mail` is off.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable

from mailcore.authentication import dmarc
from mailcore.authentication.dkim.canonical_body import BodyDigest
from mailcore.authentication.dkim.signature import Signature
from mailcore.authentication.dkim.verification import BodyDigests
from mailcore.authentication.questions import Questions, SilentNames
from mailcore.authentication.results import AuthorPolicy
from mailcore.content.interface import ContentStore
from mailcore.db.live_settings import LiveSettings
from mailcore.directory.mailing_list import MailingList
from mailcore.dns.interface import Budget, Resolver
from maildecide.lists.author_standing import UNOPPOSED, AuthorStanding, author_domains, is_signed_by_list
from maildecide.lists.copy.disowning import signed_digests
from maildecide.message.mail import Mail
from processor.lists.knowledge import body_of
from processor.outbound.client.line_ends import LineEnds

_MOST_SECONDS = 10.0
"""How long a post waits for DNS."""
_MOST_UNDERWAY = 3600.0
"""Seconds after the opening of a post within which nearly all of its copies are judged."""
_EMPTY_LINE = b"\r\n"

Ask = Callable[[], Questions]
"""Gives who asks DNS for one post."""


def asking(resolver: Resolver, settings: LiveSettings) -> Ask:
    """Give what asks with the patience that the settings have, but not for long."""
    silent = SilentNames()

    def ask() -> Questions:
        smtp, now = settings.current.settings.smtp, asyncio.get_running_loop().time()
        return Questions(resolver, Budget(smtp.dns_timeout_seconds, smtp.dns_attempts, now + _MOST_SECONDS), silent)

    return ask


class AuthorStandings:
    """Finds it out."""

    def __init__(self, content: ContentStore, ask: Ask, clock: Callable[[], float]) -> None:
        self._content = content
        self._ask = ask
        self._clock = clock

    async def of(self, mail: Mail, mailing_list: MailingList, *, is_signed: bool) -> AuthorStanding:
        """Give it for a post of a list that wants to know. Raises ContentAway, ContentMissing.

        `is_signed`: whether copies are signed by the list's domain.
        """
        if mailing_list.dmarc == "none" or (is_signed and is_signed_by_list(mail, mailing_list)):
            return UNOPPOSED
        found, authors = mail.marks.authentication, author_domains(mail)
        if found is None or not found.dmarc.domain or (authors and found.dmarc.domain not in authors):
            # Nobody has examined what its From says, or From has been changed since. Whom others read in one that we
            # cannot read, nobody knows.
            return AuthorStanding(await self._published(authors) if authors else "unknown")
        if not found.author_signatures or found.author_policy == "none":
            return AuthorStanding(found.author_policy)
        return AuthorStanding(found.author_policy, await self._whole(mail, found.author_signatures))

    async def _published(self, domains: Iterable[str]) -> AuthorPolicy:
        questions = self._ask()
        # Of what stands alone, or is a literal, nothing can be published.
        asked = (dmarc.published_policy(domain, questions) for domain in domains if "." in domain and domain[0] != "[")
        return dmarc.strictest(await asyncio.gather(*asked))

    async def _whole(self, mail: Mail, known: Iterable[bytes]) -> frozenset[bytes]:
        """Give those of the signatures that are there as they came, with the body that they sign, and do not expire."""
        digests, bodies = signed_digests(mail.header), BodyDigests(sys.maxsize)
        # A post may have waited for days (RFC 6376 3.5, x=).
        latest = self._clock() + _MOST_UNDERWAY
        kept = {digest: digests[digest] for digest in known if digest in digests}
        kept = {digest: one for digest, one in kept.items() if one.expires_at is None or one.expires_at > latest}
        found = {digest: (one, bodies.want(one.body_method, one.length)) for digest, one in kept.items()}
        if not found or not await self._feed(mail, bodies):
            return frozenset()
        return frozenset(digest for digest, (one, body) in found.items() if _signs(one, body))

    async def _feed(self, mail: Mail, bodies: BodyDigests) -> bool:
        """Read the body as it is sent; say whether it is one."""
        ends, is_first = LineEnds(), True
        async for piece in body_of(mail, self._content):
            if is_first and not piece.startswith(_EMPTY_LINE):
                return False  # the rest of a header section that is not at hand
            bodies.feed(ends.feed(piece.removeprefix(_EMPTY_LINE) if is_first else piece))
            is_first = False
        bodies.feed(ends.finish())
        bodies.finish()
        return True


def _signs(signature: Signature, body: BodyDigest) -> bool:
    return not (body.lacks or body.is_short) and body.digest() == signature.body_hash
