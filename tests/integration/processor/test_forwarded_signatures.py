"""A stranger's DKIM signature, as strict as there is, still holds where an account or an alias sends the message on."""

from base64 import b64encode

import dkim
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import told
from tests.integration.processor.test_forwarding import ADA, BEA, forward
from tests.integration.processor.test_resolving import alias

from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size

KEN = "ken@example.org"
BODY = (
    b"From:  Bob\t<bob@example.net>  \r\nsubject:odd   spaces \r\n and a fold\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
    b"Message-ID: <1@example.net>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\n"
    b".dots\r\n..and more \t \r\n\r\nFrom here on\r\n\t\r\n\r\n\r\n"
)
LARGE = BODY + b"".join(b"line %d of many, to be read from the content store \r\n" % number for number in range(2_000))


class Signer:
    """Somebody at example.net with a key of his own."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._record = b"v=DKIM1; k=rsa; p=" + b64encode(public)

    def signed(self, message: bytes) -> bytes:
        """Sign all fields, octet for octet (simple/simple, RFC 6376 3.4.1, 3.4.3)."""
        names = [
            line.partition(b":")[0] for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] > b" "
        ]
        made = dkim.sign(
            message, b"s", b"example.net", self._private, canonicalize=(b"simple", b"simple"), include_headers=names
        )
        return bytes(made) + message

    def holds(self, message: bytes) -> bool:
        """Verify the signature."""
        return bool(dkim.verify(message, dnsfunc=lambda *_, **__: self._record))


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.mark.parametrize("octets", [BODY, LARGE], ids=["inline", "in the content store"])
async def test_it_holds_at_the_next_server(room: Mailroom, signer: Signer, octets: bytes) -> None:
    await forward(room, ADA, BEA, keep_copy=False)
    await forward(room, BEA, KEN, keep_copy=False)
    await alias(room, "all@example.com", "lee@example.org")
    message = signer.signed(octets)
    assert signer.holds(message)
    async with told(room) as (story, relay):
        mail = room.message(envelope=an_envelope(ADA, "all@example.com"))
        if octets is LARGE:
            mail = await room.with_stored_content(mail, message)
        else:
            mail = msgspec.structs.replace(mail, content=InlineContent(message), header_size=header_size(message))
        await story.send(mail)
    got = {one.recipients[0]: one.content for one in relay.received}
    assert set(got) == {KEN, "lee@example.org"}
    for content in got.values():
        assert content.endswith(message)
        assert signer.holds(content)
    assert got[KEN].count(b"\r\nDelivered-To: ") + got[KEN].startswith(b"Delivered-To: ") == 2
