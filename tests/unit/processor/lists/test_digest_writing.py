"""A digest is written once for all who get it, whatever its posts are, and nothing is left of one that fails."""

import os
from base64 import b64decode
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.list_builders import a_list, a_post

from mailcore.content.interface import ContentWriter
from mailcore.content.local import LocalContentStore
from mailcore.db.list_posts import Post
from mailcore.directory.list_digest import Digest, Slice, Variant
from mailcore.directory.list_member import DigestFormat
from mailcore.errors import ContentAway
from mailcore.mail.content import StoredContent
from maildecide.lists.digest.issue import Made
from maildecide.lists.posted import Posted, encode
from maildecide.message.mail import Mail
from processor.lists.digest_writing import DigestWriting

DIGEST = Digest(str(UUID(int=1)), 7, 3, 11, 13, 1_767_225_600.0, None, 0)
WHOLE = Slice(10, 13)
ASCII = b"From: Ken <ken@example.org>\r\nSubject: herons\r\n\r\nA heron.\r\n"
UTF8 = b"From: ken@example.org\r\nSubject: storks\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + (
    "Störche\r\n".encode()
)
GLOBAL = "From: zoë@example.com\r\nSubject: Vögel\r\n\r\nBirds.\r\n".encode()


def kept(number: int, mail: Mail) -> Post:
    """Give a post as its row has it."""
    return Post(
        str(UUID(int=number)), 7, number, "", 0.0, "ken@example.org", "", 0, encode(Posted(mail)), None, "expanded", 0
    )


async def written(
    contents: MemoryContents,
    form: DigestFormat,
    *octets: bytes,
    is_signed: bool = True,
    url: str | None = "https://l.example.com",
) -> Made:
    posts = [
        kept(number, msgspec.structs.replace(a_post(one), trace_fields=b""))
        for number, one in enumerate(octets, start=11)
    ]
    writing = DigestWriting(contents, url, lambda: "mail.example.com")
    return await writing.write(DIGEST, a_list(), Variant(WHOLE, form), posts, is_signed=is_signed)


def octets_of(contents: MemoryContents, made: Made, token: str = "") -> bytes:
    mail, place = made.posted.mail, made.posted.token_at
    assert isinstance(mail.content, StoredContent)
    header = mail.header if place < 0 else mail.header[:place] + token.encode() + mail.header[place:]
    return header + contents.stored[mail.content.key][mail.body_start :]


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=default)


@pytest.mark.parametrize("form", ["mime", "plain"])
async def test_each_copy_has_the_link_of_its_member(form: DigestFormat) -> None:
    contents = MemoryContents()
    made = await written(contents, form, ASCII)
    message = read(octets_of(contents, made, "TOKEN"))
    assert message["List-Unsubscribe"].startswith("<https://l.example.com/l/TOKEN>")
    assert message["Message-ID"] == f"<{made.posted.mail.arrival.id}@example.com>"
    assert made.posted.mail.envelope.sender == "birds-bounces@example.com"


@pytest.mark.parametrize(("is_signed", "url"), [(False, "https://l.example.com"), (True, None)])
async def test_without_signature_or_address_there_is_no_link(is_signed: bool, url: str | None) -> None:
    contents = MemoryContents()
    made = await written(contents, "mime", ASCII, is_signed=is_signed, url=url)
    message = read(octets_of(contents, made, "TOKEN"))
    assert made.posted.token_at == -1
    assert message["List-Unsubscribe"] == "<mailto:birds-request@example.com?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


async def test_a_mime_digest_needs_no_more_of_servers_than_its_posts_allow() -> None:
    contents = MemoryContents()
    made = await written(contents, "mime", ASCII, UTF8, GLOBAL)
    envelope = made.posted.mail.envelope
    assert (envelope.body, envelope.smtputf8) == ("8BITMIME", False)
    octets = octets_of(contents, made)
    assert ASCII in octets
    assert UTF8 in octets
    _, posts = read(octets).iter_parts()
    first, second, third = posts.iter_parts()
    assert [part.get_content_type() for part in (first, second, third)] == [
        "message/rfc822",
        "message/rfc822",
        "message/global",
    ]
    assert b64decode(third.get_content()) == GLOBAL
    assert (await written(contents, "mime", ASCII, GLOBAL)).posted.mail.envelope.body == "7BIT"


async def test_a_plain_digest_is_7_bit_whatever_is_in_it() -> None:
    contents = MemoryContents()
    made = await written(contents, "plain", ASCII, UTF8, GLOBAL)
    octets = octets_of(contents, made)
    assert octets.isascii()
    assert made.posted.mail.envelope.body == "7BIT"
    text = read(octets).get_content()
    assert all(words in text for words in ("A heron.", "Störche", "From: zoë@example.com", "Subject: Vögel"))


async def test_content_in_the_store_is_read_from_it() -> None:
    contents = MemoryContents()
    writer = await contents.create()
    await writer.write(b"\r\n" + b"heron\r\n" * 50_000)
    stored = await writer.commit()
    mail = msgspec.structs.replace(a_post(ASCII), trace_fields=b"", content=stored, body_start=0)
    writing = DigestWriting(contents, None, lambda: "mail.example.com")
    plain = await writing.write(DIGEST, a_list(), Variant(WHOLE, "plain"), [kept(11, mail)], is_signed=False)
    mime = await writing.write(DIGEST, a_list(), Variant(WHOLE, "mime"), [kept(11, mail)], is_signed=False)
    text = read(octets_of(contents, plain)).get_content()
    assert 60_000 < len(text) < 70_000
    assert 'write "get 11"' in text
    assert octets_of(contents, mime).count(b"heron\r\n") == 50_000
    assert plain.posted.mail.arrival.id != mime.posted.mail.arrival.id


async def test_of_one_that_fails_nothing_is_left() -> None:
    contents = MemoryContents()
    gone = StoredContent("gone", 10)
    mail = msgspec.structs.replace(a_post(ASCII), content=gone, body_start=0)
    writing = DigestWriting(contents, None, lambda: "mail.example.com")
    for form in ("mime", "plain"):
        with pytest.raises(ContentAway):
            await writing.write(DIGEST, a_list(), Variant(WHOLE, form), [kept(11, mail)], is_signed=False)
    assert (contents.stored, contents.open) == ({}, set())


async def test_of_one_that_fails_while_it_is_written_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = MemoryContents()
    mail = msgspec.structs.replace(a_post(ASCII), content=StoredContent("kept", 10), body_start=0)
    contents.stored["kept"] = b"\r\nA heron."
    begin = contents.create

    async def begun() -> ContentWriter:
        writer = await begin()
        monkeypatch.setattr(contents, "read", _away)
        return writer

    monkeypatch.setattr(contents, "create", begun)
    writing = DigestWriting(contents, None, lambda: "mail.example.com")
    with pytest.raises(ContentAway):
        await writing.write(DIGEST, a_list(), Variant(WHOLE, "mime"), [kept(11, mail)], is_signed=False)
    assert (set(contents.stored), contents.open) == ({"kept"}, set())


async def _away(content: StoredContent, start: int = 0) -> AsyncIterator[bytes]:
    del start
    if content.size:
        raise ContentAway(content.key)
    yield b""


@pytest.mark.parametrize("form", ["mime", "plain"])
async def test_a_post_whose_content_is_lost_or_cut_short_keeps_nobody_from_the_others(
    form: DigestFormat, tmp_path: Path
) -> None:
    contents = LocalContentStore(tmp_path)
    posts = []
    for number, octets in enumerate((ASCII, ASCII, UTF8, ASCII), start=11):
        writer = await contents.create()
        await writer.write(octets.removeprefix(a_post(octets).header) * 9_000)
        stored = await writer.commit()
        posts.append(kept(number, msgspec.structs.replace(a_post(octets), content=stored, body_start=0)))
        where = tmp_path / stored.key[:2] / stored.key
        if number == 12:
            where.unlink()
        elif number == 13:
            os.truncate(where, stored.size - 1)
    writing = DigestWriting(contents, None, lambda: "mail.example.com")
    lost = await writing.lost(posts)
    assert lost == {posts[1].id, posts[2].id}
    made = await writing.write(DIGEST, a_list(), Variant(WHOLE, form), posts, is_signed=False, lost=lost)
    assert isinstance(made.posted.mail.content, StoredContent)
    body = b"".join([piece async for piece in contents.read(made.posted.mail.content)])
    contents.close()
    message = read(made.posted.mail.header + body)
    assert not message.defects
    text = message.get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert [f"[What post {number} says is lost.]" in said for number in (11, 12, 13, 14)] == [False, True, True, False]
    if form == "plain":
        assert (said.count("A heron."), "Subject: storks" in said) == (2 * 65_536 // len("\r\nA heron.\r\n"), True)
    else:
        assert body.count(b"A heron.") == 2 * 9_000
    assert made.posted.mail.envelope.body == "7BIT"
