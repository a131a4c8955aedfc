"""A stranger's post is sealed once, for all its copies; nothing of it stops a post."""

import dkim
import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.list_builders import LIST, a_post
from tests.unit.mailcore.authentication.signing import MESSAGE, rsa_key, rsa_record, sealed, signed

from mailcore.authentication.results import ArcVerdict, Authentication
from mailcore.db.signing_keys import DomainKeys
from mailcore.dkim.halves import MOST_HEADER
from mailcore.dkim.keys import SigningKey
from mailcore.errors import ContentAway, DatabaseAway
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Marks
from maildecide.lists.posted import Posted, decode, encode
from maildecide.message.mail import Mail
from processor.lists.sealing import PostSealer

KEYS = DomainKeys((SigningKey("rsa", "rsa-sha256", rsa_key(2048)),))
LINK = b"List-Unsubscribe: <https://lists.example.com/l/>\r\n"


def a_strangers_post(octets: bytes = MESSAGE, chain: ArcVerdict | None = None) -> Mail:
    """Give a post that was examined."""
    found = Authentication(arc=chain or ArcVerdict())
    return msgspec.structs.replace(a_post(octets), marks=Marks(authentication=found))


async def sealed_post(mail: Mail, *, token_at: int = -1, wanted: bool = True, signer: str = "example.com") -> Posted:
    """Give what goes out of a post."""

    async def keys_of(domain: str) -> DomainKeys | None:
        return KEYS if domain == signer else None

    sealer = PostSealer(keys_of, MemoryContents(), is_wanted=lambda: wanted)
    return decode(encode(await sealer(Posted(mail, token_at), mail, LIST)))


def chain_of(octets: bytes) -> bytes:
    """Give what dkimpy says of a chain."""
    result: bytes = dkim.arc_verify(octets, dnsfunc=lambda *_, **__: rsa_record())[0]
    return result


@pytest.mark.parametrize(
    "octets", [MESSAGE, signed(), MESSAGE.replace(b"\r\n\r\n", b"\r\n\r\n\r\n\r\n"), b"From: a@b.c\r\n\r\n"]
)
async def test_every_copy_has_the_seal(octets: bytes) -> None:
    posted = await sealed_post(a_strangers_post(LINK + octets), token_at=LINK.index(b">"))
    assert posted.seal is not None
    assert posted.seal.key == "rsa._domainkey.example.com"
    for token in ("one", "another"):
        # As it is sent: the list's signature, which is made then, is between the two.
        linked = LINK.replace(b">", token.encode() + b">", 1)
        copy = posted.seal.fields + b"DKIM-Signature: v=1\r\n" + linked + octets
        assert f"/l/{token}>".encode() in copy
        assert chain_of(copy) == b"pass"
        assert chain_of(copy.replace(b"From:", b"From: x")) == b"fail"


async def test_where_no_copy_has_a_token_the_link_is_covered() -> None:
    posted = await sealed_post(a_strangers_post(LINK + MESSAGE))
    assert posted.seal is not None
    whole = posted.seal.fields + LINK + MESSAGE
    assert chain_of(whole) == b"pass"
    assert chain_of(whole.replace(b"/l/", b"/m/")) == b"fail"


async def test_a_chain_goes_on() -> None:
    octets = sealed(signed())
    posted = await sealed_post(a_strangers_post(octets, ArcVerdict("pass", "forwarder.example", 1)))
    assert posted.seal is not None
    assert b"i=2; cv=pass;" in posted.seal.fields
    assert chain_of(posted.seal.fields + octets) == b"pass"


async def test_what_is_not_sealed() -> None:
    mail = a_strangers_post()
    for posted in (
        await sealed_post(mail, wanted=False),
        await sealed_post(mail, signer="example.net"),
        await sealed_post(a_post(MESSAGE)),
        await sealed_post(a_strangers_post(chain=ArcVerdict("fail"))),
        # A chain that nobody saw when the post came.
        await sealed_post(a_strangers_post(sealed(signed()))),
        await sealed_post(a_strangers_post(b"X: " + b"x" * MOST_HEADER + b"\r\n" + MESSAGE)),
    ):
        assert posted.seal is None


async def test_what_cannot_be_read_now_is_tried_again() -> None:
    mail = msgspec.structs.replace(a_strangers_post(), content=StoredContent("gone", 100))
    with pytest.raises(ContentAway):
        await sealed_post(mail)

    async def no_keys_now(_: str) -> DomainKeys | None:
        raise DatabaseAway

    with pytest.raises(DatabaseAway):
        await PostSealer(no_keys_now, MemoryContents(), is_wanted=lambda: True)(Posted(mail), mail, LIST)
