"""What is signed is what is sent; what cannot be signed goes without, and says why."""

import asyncio
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import dkim
import msgspec
import pytest
from prometheus_client import CollectorRegistry
from tests.builders import MESSAGE_ID
from tests.fakes.contents import MemoryContents

from mailcore.db.signing_keys import DomainKeys
from mailcore.dkim.halves import MOST_HEADER
from mailcore.dkim.keys import KeyPair, SigningKey, make_key, read_key
from mailcore.dkim.record import record_text
from mailcore.dkim.relaxed import body_hash
from mailcore.errors import ContentAway, DatabaseAway, MailError
from mailcore.mail.content import InlineContent, StoredContent
from mailcore.mail.headers import header_size
from mailcore.metrics import Metrics
from processor.outbound.body_hashes import BodyHashes
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.forms import Forms
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient, decode, encode
from processor.outbound.signing import Signer

EIGHT = Extensions({"8BITMIME": ""})
PLAIN = Extensions()
HEADER = (
    b"From: Ada <ada@example.org>\r\nSubject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
)
TEXT = HEADER + "\r\n飛脚 \r\n\r\n".encode()


@cache
def pair() -> KeyPair:
    return make_key("ed25519-sha256")


def the_keys() -> DomainKeys:
    return DomainKeys((read_key("s", "ed25519-sha256", pair().private),))


class Counting(MemoryContents):
    """Counts how often content is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give stored octets in small pieces."""
        self.reads += 1
        octets = self.stored[content.key][start:end]
        for at in range(0, len(octets), 7):
            await asyncio.sleep(0)
            yield octets[at : at + 7]


class Desk:
    """A signer with keys for example.org."""

    def __init__(self, contents: MemoryContents | None = None, keys: DomainKeys | MailError | None = None) -> None:
        self.contents = contents or MemoryContents()
        self.metrics = Metrics(CollectorRegistry())
        self.asked: list[str] = []
        self._keys = the_keys() if keys is None else keys
        self.signer = Signer(self._keys_of, BodyHashes(self.contents), self.metrics)

    async def _keys_of(self, domain: str) -> DomainKeys | None:
        self.asked.append(domain)
        if isinstance(self._keys, MailError):
            raise self._keys
        return self._keys if domain == "example.org" else None

    async def form(self, mail: RemoteMail, extensions: Extensions = EIGHT) -> Outgoing:
        """Give the form of a mail for a server."""
        return await Forms(mail, self.contents, self.signer).for_server(extensions)

    def count(self, result: str) -> float:
        """Give how often something was counted."""
        return float(self.metrics.signatures.labels(result)._value.get())


def a_mail(octets: bytes = TEXT, **changes: Any) -> RemoteMail:
    size = header_size(octets)
    mail = RemoteMail(
        MESSAGE_ID, 1_767_225_600.5, 0, "ada@example.org", (), b"Received: x\r\n" + octets[:size],
        InlineContent(octets), size, signers=("example.org",),
    )  # fmt: skip
    return decode(encode(msgspec.structs.replace(mail, **changes)))


async def whole(form: Outgoing) -> bytes:
    octets = b"".join([piece async for piece in form.pieces()])
    assert len(octets) == form.size
    return octets


def holds(message: bytes) -> bool:
    record = record_text("ed25519-sha256", pair().public).encode()
    return bool(dkim.verify(message, dnsfunc=lambda *_, **__: record))


async def test_the_signature_stands_above_what_is_sent() -> None:
    desk = Desk()
    form = await desk.form(a_mail())
    octets = await whole(form)
    assert octets.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org;\r\n")
    assert octets.endswith(b"Received: x\r\n" + TEXT)
    assert holds(octets)
    assert (form.signed_by, form.unsigned) == ("s._domainkey.example.org", "")
    assert (desk.count("made"), desk.count("left out")) == (1, 0)


async def test_what_is_in_7_bit_is_signed_in_7_bit() -> None:
    desk = Desk()
    forms = Forms(a_mail(), desk.contents, desk.signer)
    plain, converted = await forms.for_server(EIGHT), await forms.for_server(PLAIN)
    octets = await whole(converted)
    assert octets.isascii()
    assert b"quoted-printable" in octets or b"base64" in octets
    assert holds(octets)
    assert holds(await whole(plain))
    assert octets.partition(b"Received:")[0] != (await whole(plain)).partition(b"Received:")[0]
    assert await forms.for_server(EIGHT) is plain
    assert await forms.for_server(PLAIN) is converted
    assert desk.count("made") == 2, "each form is signed once"


async def test_what_is_sent_again_is_the_same() -> None:
    assert await whole(await Desk().form(a_mail())) == await whole(await Desk().form(a_mail()))


async def test_the_first_that_has_keys_signs() -> None:
    desk = Desk()
    form = await desk.form(a_mail(signers=("mx.example.org", "example.org", "example.net")))
    assert form.signed_by == "s._domainkey.example.org"
    assert desk.asked == ["mx.example.org", "example.org"]


@pytest.mark.parametrize("signers", [(), ("example.net",)])
async def test_who_has_no_keys_signs_nothing(signers: tuple[str, ...]) -> None:
    desk = Desk()
    form = await desk.form(a_mail(signers=signers))
    assert await whole(form) == b"Received: x\r\n" + TEXT
    assert (form.signed_by, form.unsigned) == ("", "")
    assert desk.asked == list(signers), "what nobody may sign is not even asked about"


async def test_a_stored_body_is_read_and_hashed_once_for_all_copies() -> None:
    contents = Counting()
    contents.stored["k"] = TEXT
    desk = Desk(contents)
    size = header_size(TEXT)
    stored = StoredContent("k", len(TEXT))
    mails = [
        a_mail(content=stored, body_start=size, header=HEADER + b"List-Unsubscribe: <%d@example.org>\r\n" % number)
        for number in range(50)
    ]
    before = contents.reads
    signed = await asyncio.gather(*(desk.form(mail) for mail in mails))
    # Each is looked through for octets above 127; for their hash it is read once.
    assert contents.reads - before == len(mails) + 1
    assert [holds(await whole(form)) for form in signed] == [True] * len(mails)
    assert len({form.size for form in signed}) > 1


@pytest.mark.parametrize(("token_at", "made"), [(-1, 2), (0, 10)])
async def test_copies_that_are_alike_are_signed_once_whatever_their_senders(token_at: int, made: int) -> None:
    desk = Desk()
    recipients = tuple(
        RemoteRecipient(f"m{n}@example.net", sender=f"b+{n}@example.org", token="x: y\r\n") for n in range(5)
    )
    mail = a_mail(recipients=recipients, token_at=token_at, sender="b@example.org")
    for extensions in (EIGHT, PLAIN):
        sent = [
            await forms.for_server(extensions)
            async for forms, _ in Forms(mail, desk.contents, desk.signer).parted(recipients)
        ]
        assert [form.sender for form in sent] == [recipient.sender for recipient in recipients]
        assert [holds(await whole(form)) for form in sent] == [True] * 5
    assert desk.count("made") == made


LINKED = (
    b"List-Unsubscribe: <https://lists.example.com/l/>,\r\n <mailto:b-request@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)


@pytest.mark.parametrize(
    ("keys", "signers", "is_linked"),
    [
        (None, ("example.org",), True),
        # Since the copy was made: they cannot be opened any more; the domain has none left.
        (DomainKeys(()), ("example.org",), False),
        (None, ("example.net",), False),
    ],
)
@pytest.mark.parametrize("extensions", [EIGHT, PLAIN], ids=["8 bit", "7 bit"])
async def test_a_link_to_leave_a_list_goes_with_a_signature_or_not_at_all(
    keys: DomainKeys | None, signers: tuple[str, ...], is_linked: bool, extensions: Extensions
) -> None:
    desk = Desk(keys=keys)
    member = RemoteRecipient("m@example.net", sender="b+1@example.org", token="TOKEN")
    place = LINKED.index(b"/l/>") + len(b"/l/")
    mail = a_mail(recipients=(member,), token_at=place, signers=signers, header=LINKED + HEADER)
    ((forms, _),) = [one async for one in Forms(mail, desk.contents, desk.signer).parted((member,))]
    form = await forms.for_server(extensions)
    octets = await whole(form)
    assert form.size == len(octets)
    assert (form.sender, bool(form.signed_by)) == (member.sender, is_linked)
    assert (b"/l/TOKEN>" in octets, b"List-Unsubscribe-Post" in octets, holds(octets)) == (is_linked,) * 3
    assert b"<mailto:b-request@example.org>" in octets


async def test_a_hash_that_is_known_is_not_made_again() -> None:
    hashed = body_hash(TEXT[header_size(TEXT) + 2 :])
    assert holds(await whole(await Desk().form(a_mail(body_hash=hashed))))
    # In 7 bit the body is another one.
    assert holds(await whole(await Desk().form(a_mail(body_hash=hashed), PLAIN)))
    assert not holds(await whole(await Desk().form(a_mail(body_hash=bytes(32)))))


async def test_a_header_section_that_goes_on_in_the_content_is_signed_whole() -> None:
    size = len(b"From: Ada <ada@example.org>\r\n")
    octets = await whole(await Desk().form(a_mail(header=TEXT[:size], body_start=size)))
    assert octets.endswith(TEXT)
    assert holds(octets)
    assert not holds(octets.replace(b"hello", b"other"))


async def test_a_message_without_body_or_last_line_end_is_signed() -> None:
    for octets in (b"From: ada@example.org\r\n", b"From: ada@example.org\r\n\r\n", b"From: ada@example.org\r\n\r\nx"):
        sent = await whole(await Desk().form(a_mail(octets)))
        assert holds(sent + b"\r\n" * (not sent.endswith(b"\r\n")))


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"From: a@example.org\r\nX: " + b"y" * MOST_HEADER + b"\r\n\r\nx\r\n", "header section is longer"),
        (b"From: a@example.org\r\n" + b"To: b@example.net\r\n" * 1000 + b"\r\nx\r\n", "more fields"),
    ],
)
async def test_what_cannot_be_signed_goes_without(octets: bytes, why: str) -> None:
    desk = Desk()
    form = await desk.form(a_mail(octets))
    assert await whole(form) == b"Received: x\r\n" + octets
    assert form.signed_by == ""
    assert why in form.unsigned
    assert desk.count("left out") == 1


async def test_keys_that_cannot_be_opened_sign_nothing() -> None:
    form = await Desk(keys=DomainKeys((), ("s1", "s2"))).form(a_mail())
    assert form.unsigned == "the keys of example.org cannot be opened: s1 s2"
    assert await whole(form) == b"Received: x\r\n" + TEXT


async def test_a_fault_in_signing_stops_no_mail() -> None:
    class Broken:
        def sign(self, octets: bytes) -> bytes:
            raise RuntimeError("a card that signs was pulled out")

    broken: Any = SigningKey("s", "ed25519-sha256", Broken())  # type: ignore[arg-type]
    form = await Desk(keys=DomainKeys((broken,))).form(a_mail())
    assert form.unsigned == "signing for example.org failed"
    assert await whole(form) == b"Received: x\r\n" + TEXT


async def test_what_is_away_is_waited_for() -> None:
    with pytest.raises(DatabaseAway):
        await Desk(keys=DatabaseAway()).form(a_mail())
    desk = Desk()
    mail = a_mail(content=StoredContent("gone", 100), body_start=10, header=b"From: \xe9\r\n")
    with pytest.raises(ContentAway):
        await desk.form(mail)


async def test_what_a_server_will_not_take_is_not_signed() -> None:
    desk = Desk()
    form = await desk.form(a_mail(), Extensions({"8BITMIME": "", "SIZE": "10"}))
    assert form.signed_by == ""
    assert desk.asked == []
