"""What strangers' mail becomes on its way on is sealed where that is wanted; nothing of it stops mail."""

import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.unit.mailcore.authentication.signing import MESSAGE, examined, records, resolver, rsa_key, rsa_record, signed
from tests.unit.processor.outbound.test_signing import EIGHT, PLAIN, TEXT, a_mail

from mailcore.authentication.arc_sealing import ArcBasis, MadeSeal
from mailcore.db.signing_keys import DomainKeys
from mailcore.dkim.keys import SigningKey
from mailcore.errors import DatabaseAway
from processor.outbound.body_hashes import BodyHashes
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.forms import Forms
from processor.outbound.remote_mail import RemoteMail, decode, encode
from processor.outbound.sealing import Sealer

KEYS = DomainKeys((SigningKey("rsa", "rsa-sha256", rsa_key(2048)),))
BASIS = ArcBasis(("mx.us.example", "spf=pass smtp.mailfrom=bob@example.org"), "none")


async def unsigned(_: RemoteMail, form: Outgoing) -> Outgoing:
    return form


async def sent(
    octets: bytes, *, wanted: bool = True, sealers: tuple[str, ...] = ("none.example", "us.example"), away: bool = False
) -> tuple[Outgoing, bytes]:
    """Give the form that a server is sent, and its octets."""
    contents = MemoryContents()

    async def keys_of(domain: str) -> DomainKeys | None:
        if away:
            raise DatabaseAway
        return KEYS if domain == "us.example" else None

    sealer = Sealer(unsigned, keys_of, BodyHashes(contents), is_wanted=lambda: wanted)
    mail = msgspec.structs.replace(a_mail(octets), signers=(), arc=BASIS, sealers=sealers)
    form = await Forms(decode(encode(mail)), contents, sealer).for_server(EIGHT)
    return form, b"".join([piece async for piece in form.pieces()])


@pytest.mark.parametrize("octets", [MESSAGE, signed()])
async def test_what_is_sent_is_sealed(octets: bytes) -> None:
    form, whole = await sent(octets)
    assert form.sealed_by == "rsa._domainkey.us.example"
    assert form.size == len(whole)
    assert whole.endswith(octets)
    found = await examined(whole, resolver(records(rsa___domainkey__us__example=rsa_record())))
    assert (found.arc.result, found.arc.sealer, found.arc.sets) == ("pass", "us.example", 1)


async def test_what_is_not_sealed() -> None:
    for form, whole in (await sent(MESSAGE, wanted=False), await sent(MESSAGE, sealers=("none.example",))):
        assert (whole.endswith(MESSAGE), b"ARC-Seal" in whole, form.sealed_by) == (True, False, "")


async def test_keys_that_cannot_be_looked_up_now() -> None:
    with pytest.raises(DatabaseAway):
        await sent(MESSAGE, away=True)


@pytest.mark.parametrize(
    ("wanted", "offers", "is_sealed"), [(True, EIGHT, True), (False, EIGHT, False), (True, PLAIN, False)]
)
async def test_a_seal_that_was_made_before(wanted: bool, offers: Extensions, is_sealed: bool) -> None:
    made = MadeSeal(b"ARC-Seal: made\r\n", "rsa._domainkey.us.example")
    contents = MemoryContents()

    async def no_keys(_: str) -> DomainKeys | None:
        raise AssertionError

    sealer = Sealer(unsigned, no_keys, BodyHashes(contents), is_wanted=lambda: wanted)
    mail = msgspec.structs.replace(a_mail(TEXT), signers=(), seal=made, body="8BITMIME")
    form = await Forms(decode(encode(mail)), contents, sealer).for_server(offers)
    whole = b"".join([piece async for piece in form.pieces()])
    assert whole.startswith(made.fields) is is_sealed
    assert form.sealed_by == (made.key if is_sealed else "")
    assert form.size == len(whole)
