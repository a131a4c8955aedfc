"""Keys and signatures, made by dkimpy, for what verifies them; DNS that has the keys."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.fakes.resolver import BUDGET, ScriptedResolver

from mailcore.authentication.dkim.canonical_body import Method
from mailcore.authentication.examination import Examination, Limits
from mailcore.authentication.questions import Questions, SilentNames
from mailcore.authentication.results import Authentication
from mailcore.authentication.spf.evaluation import Identity
from mailcore.dns.interface import Answer
from mailcore.mail.headers import header_size

NOW = 1_767_225_600.0
MESSAGE = (
    b"From: Bob <bob@example.org>\r\nTo: ada@example.com\r\nSubject: One  two\r\n\tthree\r\n"
    b"\r\nHow are  you? \r\n\r\n \t\r\nBob\r\n\r\n\r\n"
)
IDENTITY = Identity("192.0.2.1", "mail.example.org", "bob", "example.org")
LIMITS = Limits(1_000_000, 5.0)


@cache
def rsa_key(bits: int) -> RSAPrivateKey:
    """Give an RSA key."""
    return generate_private_key(65537, bits)


@cache
def ed25519_key() -> Ed25519PrivateKey:
    """Give an Ed25519 key."""
    return Ed25519PrivateKey.generate()


@cache
def private_pem(bits: int = 2048) -> bytes:
    """Give the RSA key as dkimpy takes it."""
    return rsa_key(bits).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


@cache
def rsa_record(bits: int = 2048, tags: str = "") -> bytes:
    """Give the record of the RSA key; `tags` before the key."""
    octets = rsa_key(bits).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; " + tags.encode() + b"p=" + b64encode(octets)


@cache
def ed25519_record() -> bytes:
    """Give the record of the Ed25519 key."""
    octets = ed25519_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return b"v=DKIM1; k=ed25519; p=" + b64encode(octets)


def signed(
    message: bytes = MESSAGE,
    *,
    domain: str = "example.org",
    selector: str = "rsa",
    methods: tuple[Method, Method] = ("relaxed", "relaxed"),
    bits: int = 2048,
    length: bool = False,
) -> bytes:
    """Give a message with a signature of the selector's algorithm, `rsa` or `ed`, on top."""
    private = private_pem(bits)
    if selector == "ed":
        private = b64encode(ed25519_key().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    field = dkim.sign(
        message,
        selector.encode(),
        domain.encode(),
        private,
        canonicalize=tuple(method.encode() for method in methods),
        signature_algorithm=b"ed25519-sha256" if selector == "ed" else b"rsa-sha256",
        length=length,
    )
    return bytes(field) + message


def sealed(message: bytes, *, domain: str = "forwarder.example", found: str = "spf=pass") -> bytes:
    """Give a message with an ARC set of a forwarder on top, made by dkimpy."""
    results = f"Authentication-Results: {domain}; {found}\r\n".encode()
    fields = dkim.arc_sign(results + message, b"rsa", domain.encode(), private_pem(), domain.encode())
    return b"".join(fields) + results + message


def records(**more: bytes) -> dict[str, bytes]:
    """Give the TXT records of DNS: the keys of example.org and of a forwarder; `more` by name, `__` for a dot."""
    return {
        "rsa._domainkey.example.org": rsa_record(),
        "ed._domainkey.example.org": ed25519_record(),
        "rsa._domainkey.forwarder.example": rsa_record(),
        "rsa._domainkey.second.example": rsa_record(),
        **{name.replace("__", "."): record for name, record in more.items()},
    }


def resolver(texts: Mapping[str, bytes], *silent: str) -> ScriptedResolver:
    """Give DNS with these TXT records; of the names in `silent` nobody says anything."""
    answers = {f"{name} TXT": Answer("found", (record,), 300) for name, record in texts.items()}
    return ScriptedResolver(answers | {f"{name} TXT": Answer("no_answer") for name in silent})


def questions(dns: ScriptedResolver) -> Questions:
    """Give who asks for one message."""
    return Questions(dns, BUDGET, SilentNames())


async def examined(
    message: bytes,
    dns: ScriptedResolver,
    *,
    identity: Identity = IDENTITY,
    step: int = 65_536,
    limits: Limits = LIMITS,
    now: float = NOW,
    lot: int = 0,
) -> Authentication:
    """Examine a message that comes in pieces of `step` octets."""
    examination = Examination(identity, lambda: questions(dns), limits)
    size = header_size(message)
    examination.header(message[:size])
    body = message[size + 2 :]
    for start in range(0, len(body), step):
        examination.body(body[start : start + step])
    return await examination.finish(now, lot)
