"""Verifies the signatures of one message while it comes: keys are asked for as soon as the header section is there.

Used by ingress, and for the newest signature of an ARC chain. What has to be kept of the header section is a hash for
each signature; of the body, a hash for each form that is signed.
"""

import asyncio
from dataclasses import dataclass, field

from mailcore.authentication.dkim.canonical_body import BodyDigest, CanonicalBody, Method
from mailcore.authentication.dkim.canonical_header import SignedHeader
from mailcore.authentication.dkim.public_key import PublicKey, TooWeak, parse_keys
from mailcore.authentication.dkim.signature import ALGORITHMS, OBSOLETE, Signature
from mailcore.authentication.questions import NoAnswer, Questions
from mailcore.authentication.results import DkimResult, DkimVerdict, brief


class Flaw(Exception):  # noqa: N818 - reads as what was found
    """Why a signature is not worth a pass."""

    def __init__(self, result: DkimResult, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


class BodyDigests:
    """The hashes of one body, each made once however many signatures want it."""

    def __init__(self, most_octets: int) -> None:
        """`most_octets`: how much of a body is looked at; of what is larger nothing is known."""
        self._digests: dict[tuple[Method, int | None], BodyDigest] = {}
        self._bodies: list[CanonicalBody] | None = None
        self._left = most_octets
        self.is_too_large = False

    def want(self, method: Method, length: int | None = None) -> BodyDigest:
        """Give a digest that will have seen the body; to be called before the body comes."""
        return self._digests.setdefault((method, length), BodyDigest(length))

    def feed(self, octets: bytes) -> None:
        """Take the next octets of the body."""
        if self._bodies is None:
            self._bodies = self._begin()
        if not self._bodies:
            return
        self._left -= len(octets)
        if self._left < 0:
            self.is_too_large = True
            self._bodies.clear()
        for body in self._bodies:
            body.feed(octets)

    def finish(self) -> None:
        """Take it that nothing follows."""
        for body in self._begin() if self._bodies is None else self._bodies:
            body.finish()

    def _begin(self) -> list[CanonicalBody]:
        wanted: dict[Method, list[BodyDigest]] = {}
        for (method, _), digest in self._digests.items():
            wanted.setdefault(method, []).append(digest)
        return [CanonicalBody(method, digests) for method, digests in wanted.items()]


@dataclass(slots=True)
class Verification:
    """One signature on its way to a verdict."""

    signature: Signature
    digest: bytes
    """Of what it signs in the header section."""
    body: BodyDigest
    key: asyncio.Task[PublicKey | Flaw] = field(init=False)

    def ask(self, questions: Questions) -> None:
        """Have its key asked for."""
        self.key = asyncio.create_task(find_key(self.signature.key_name, questions))

    def verdict(self, now: float) -> DkimVerdict:
        """Give what it is worth, as far as its key is known by now."""
        try:
            return self._verdict("pass", self.judge(now))
        except Flaw as flaw:
            return self._verdict(flaw.result, flaw.reason)

    def unverified(self, reason: str) -> DkimVerdict:
        """Give what is said of it when its message is too large."""
        return self._verdict("neutral", reason, skipped=True)

    def _verdict(self, result: DkimResult, reason: str, *, skipped: bool = False) -> DkimVerdict:
        one = self.signature
        return DkimVerdict(result, one.domain, one.selector, one.algorithm, one.fingerprint, brief(reason), skipped)

    def judge(self, now: float) -> str:
        """Give what a pass is to be taken for, empty for an ordinary one. Raises Flaw. The key is there by now."""
        signature = self.signature
        if signature.expires_at is not None and signature.expires_at < now:
            raise Flaw("policy", "it has expired")
        if self.body.lacks:
            raise Flaw("permerror", "the body is shorter than l= says")
        key = known_key(self.key)
        if key.is_strict and signature.identity != signature.domain:
            raise Flaw("permerror", "the key does not speak for subdomains")
        self._verify(key)
        if self.body.is_short:
            raise Flaw("policy", "it covers only the beginning of the body")
        return "a key that is being tried" if key.is_testing else ""

    def _verify(self, key: PublicKey) -> None:
        if self.body.digest() != self.signature.body_hash:
            raise Flaw("neutral" if key.is_testing else "fail", "the body was changed")
        try:
            is_right = key.verifies(self.signature.octets, self.digest, self.signature.algorithm)
        except ValueError as error:
            raise Flaw("permerror", str(error)) from None
        if not is_right:
            raise Flaw("neutral" if key.is_testing else "fail", "the signature does not fit the header section")


def begin(signature: Signature, header: SignedHeader, bodies: BodyDigests) -> Verification:
    """Begin to verify. Raises Flaw for what is not to be verified at all."""
    if signature.algorithm in OBSOLETE:
        raise Flaw("policy", f"{signature.algorithm} is not to be believed")
    if signature.algorithm not in ALGORITHMS:
        raise Flaw("permerror", "no algorithm that is known")
    digest = header.digest(signature.names, signature.raw, signature.header_method)
    return Verification(signature, digest, bodies.want(signature.body_method, signature.length))


def known_key(found: asyncio.Task[PublicKey | Flaw]) -> PublicKey:
    """Give the key that was found by now. Raises Flaw."""
    if not found.done() or found.cancelled():
        raise Flaw("temperror", "no answer from DNS in time")
    key = found.result()
    if isinstance(key, Flaw):
        raise key
    return key


async def find_key(name: str, questions: Questions) -> PublicKey | Flaw:
    """Ask for a key; give it, or what is wrong with it."""
    try:
        return parse_keys(await questions.texts(name))
    except NoAnswer as error:
        return Flaw("temperror", f"no answer from DNS: {error}")
    except TooWeak as error:
        return Flaw("policy", str(error))
    except ValueError as error:
        return Flaw("permerror", str(error))
