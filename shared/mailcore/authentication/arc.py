"""Verifies the ARC chain of a message while it comes (RFC 8617 5.2): its newest signature, and every seal."""

import asyncio
import hashlib

from mailcore.authentication.arc_chain import ArcSet, BrokenChain, Chain, sealed_octets
from mailcore.authentication.dkim.canonical_header import SignedHeader, canonical_field, without_signature
from mailcore.authentication.dkim.public_key import PublicKey
from mailcore.authentication.dkim.signature import ALGORITHMS
from mailcore.authentication.dkim.verification import BodyDigests, Flaw, Verification, begin, find_key, known_key
from mailcore.authentication.questions import Questions
from mailcore.authentication.results import ArcVerdict, brief


class ArcVerification:
    """A chain on its way to a verdict."""

    def __init__(self, chain: Chain, message: Verification, keys: list[asyncio.Task[PublicKey | Flaw]]) -> None:
        self._chain = chain
        self._message = message
        self._keys = keys

    @classmethod
    def begin(cls, chain: Chain, header: SignedHeader, bodies: BodyDigests, questions: Questions) -> "ArcVerification":
        """Begin to verify, and have the keys asked for. Raises Flaw."""
        message = begin(chain.newest, header, bodies)
        message.ask(questions)
        keys = [asyncio.create_task(find_key(one.seal.key_name, questions)) for one in chain.sets]
        return cls(chain, message, keys)

    @property
    def tasks(self) -> tuple[asyncio.Task[PublicKey | Flaw], ...]:
        """What is waited for."""
        return (self._message.key, *self._keys)

    def judge(self, now: float) -> ArcVerdict:
        """Judge, as far as keys are known by now."""
        sets, sealer = self._chain.sets, self._chain.sets[-1].seal.domain
        try:
            self._message.judge(now)
            # The newest first: what was changed last is found first.
            for place in range(len(sets), 0, -1):
                _verify(sets[:place], self._keys[place - 1])
        except Flaw as flaw:
            return ArcVerdict("fail", sealer, len(sets), flaw.reason)
        return ArcVerdict("pass", sealer, len(sets))


def broken(error: BrokenChain | Flaw) -> ArcVerdict:
    """Give what a chain is worth that is not looked at any further."""
    return ArcVerdict("fail", reason=brief(str(error)))


def seal_digest(raws: tuple[bytes, ...]) -> bytes:
    """Give the SHA-256 of what a seal signs: its set's and all earlier fields, its own last (RFC 8617 5.1.1)."""
    sha256 = hashlib.sha256()
    for raw in raws[:-1]:
        sha256.update(canonical_field(raw, "relaxed"))
    sha256.update(canonical_field(without_signature(raws[-1]), "relaxed").removesuffix(b"\r\n"))
    return sha256.digest()


def _verify(sets: tuple[ArcSet, ...], found: asyncio.Task[PublicKey | Flaw]) -> None:
    seal = sets[-1].seal
    if seal.algorithm not in ALGORITHMS:
        raise Flaw("permerror", "no algorithm that is known")
    key = known_key(found)
    try:
        is_right = key.verifies(seal.octets, seal_digest(sealed_octets(sets)), seal.algorithm)
    except ValueError as error:
        raise Flaw("permerror", str(error)) from None
    if not is_right:
        raise Flaw("fail", f"the seal of {seal.domain} is not right")
