"""What we sign holds for implementations that are not ours: dkimpy, and Perl's Mail::DKIM where the key is RSA."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import dkim
import pytest
from tests.fakes.dns_server import DnsServer
from tests.parts.mail_dkim import mail_dkim_verdicts

from mailcore.dkim.keys import Algorithm, SigningKey, make_key, read_key
from mailcore.dkim.record import record_name, record_text, strings_of
from mailcore.dkim.relaxed import RelaxedBody
from mailcore.dkim.signature import signature_fields
from mailcore.mail.headers import header_size
from processor.outbound.client.line_ends import LineEnds

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[4] / "shared" / "corpus")
DOMAIN = "example.org"
HEADER = (
    b"Received: from a by b; now\r\nFrom: Ada <ada@example.org>\r\nTo: bob@example.net,\r\n\tcarol@example.net\r\n"
    b"Subject:  A  folded\r\n subject \r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
)
ODD = {
    "an empty body": HEADER + b"\r\n",
    "empty lines alone": HEADER + b"\r\n\r\n\r\n\r\n",
    "lines of blanks": HEADER + b"\r\n \t \r\na \t b\t\r\n \r\n",
    "no end of the last line": HEADER + b"\r\na",
    "dots": HEADER + b"\r\n.\r\n..\r\n...x\r\n",
    "two of a name": HEADER + b"Subject: again\r\nsubject: and again\r\n\r\nx\r\n",
    "UTF-8": HEADER.replace(b"Ada", "エイダ".encode()) + "\r\n飛脚\r\n".encode(),
    "octets of no charset": HEADER + b"X-Odd: \xff\xfe\r\n\r\n\xff\x80\r\n",
    "a long line": HEADER + b"\r\n" + b"x" * 5000 + b"\r\n",
    "no space after the colon": b"from:ada@example.org\r\nto:b@example.net\r\nSUBJECT:\tx\r\n\r\nx\r\n",
    "a list's fields": HEADER
    + b"List-Id: <l.example.org>\r\nList-Unsubscribe: <https://l.example.org/u>\r\n"
    + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nx\r\n",
    "an older signature": b"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=x; h=from; bh=YQ==; b=YQ==\r\n"
    + HEADER
    + b"\r\nx\r\n",
}


class Keys:
    """A key of each kind, published on a DNS server of its own."""

    def __init__(self, server: DnsServer) -> None:
        self.port = server.port
        self.keys: list[SigningKey] = []
        self._records: dict[bytes, bytes] = {}
        algorithms: tuple[Algorithm, ...] = ("rsa-sha256", "ed25519-sha256")
        for algorithm in algorithms:
            pair, selector = make_key(algorithm), algorithm.partition("-")[0]
            self.keys.append(read_key(selector, algorithm, pair.private))
            name, text = record_name(selector, DOMAIN), record_text(algorithm, pair.public)
            server.add(f"{name} TXT " + " ".join(f'"{string}"' for string in strings_of(text)))
            self._records[f"{name}.".encode()] = text.encode()

    def signed(self, octets: bytes) -> bytes:
        """Give a message, as it is on the wire, with our signatures."""
        ends = LineEnds()
        sent = ends.feed(octets) + ends.finish()
        size = header_size(sent)
        body = RelaxedBody()
        body.feed(sent[size + 2 :])
        return signature_fields(sent[:size], body.digest(), DOMAIN, self.keys, 1_767_225_600.0) + sent

    def dkimpy(self, message: bytes) -> tuple[bool, ...]:
        """Give what dkimpy says of our signatures, which stand above all others."""

        def record(name: bytes, timeout: float = 5) -> bytes | None:
            del timeout
            return self._records.get(name)

        return tuple(_holds(message, number, record) for number in range(2))


def _holds(message: bytes, number: int, record: Callable[..., bytes | None]) -> bool:
    try:
        return bool(dkim.DKIM(message).verify(number, dnsfunc=record))
    except dkim.DKIMException:
        return False


@pytest.fixture
async def keys() -> AsyncIterator[Keys]:
    async with DnsServer() as server:
        yield Keys(server)


@pytest.mark.real
async def test_both_say_that_our_signatures_hold(keys: Keys) -> None:
    messages = {name: keys.signed(octets) for name, octets in ODD.items()}
    assert {name: keys.dkimpy(message) for name, message in messages.items()} == dict.fromkeys(ODD, (True, True))
    verdicts = await mail_dkim_verdicts(list(messages.values()), keys.port)
    assert {name: one.get("rsa") for name, one in zip(messages, verdicts, strict=True)} == dict.fromkeys(ODD, "pass")


@pytest.mark.real
async def test_both_say_so_when_something_was_changed(keys: Keys) -> None:
    message = keys.signed(HEADER + b"\r\nHow are you?\r\n")
    changed = [
        message.replace(b"How", b"Who"),
        message.replace(b"Ada", b"Eve"),
        b"Subject: another\r\n" + message,
        message.replace(b"From: Ada", b"From: eve@example.org\r\nFrom: Ada"),
    ]
    assert [keys.dkimpy(one) for one in changed] == [(False, False)] * 4
    verdicts = await mail_dkim_verdicts([*changed, message], keys.port)
    assert [one["rsa"].partition(" ")[0] for one in verdicts] == ["fail"] * 4 + ["pass"]


@pytest.mark.real
@pytest.mark.skipif(not any(CORPUS.rglob("*.eml")), reason="there is no corpus")
async def test_the_corpus_holds(keys: Keys) -> None:
    files = sorted(CORPUS.rglob("*.eml"))
    messages = [keys.signed(path.read_bytes()) for path in files]
    # What verifiers say of messages that are no messages is not about signatures.
    kept = [(path, message) for path, message in zip(files, messages, strict=True) if is_signable(message)]
    assert len(kept) > 0.9 * len(files)
    bad = [path.name for path, message in kept if await asyncio.to_thread(keys.dkimpy, message) != (True, True)]
    assert bad == []
    verdicts = await mail_dkim_verdicts([message for _, message in kept], keys.port)
    assert [path.name for (path, _), one in zip(kept, verdicts, strict=True) if one.get("rsa") != "pass"] == []


def is_signable(message: bytes) -> bool:
    """Whether every line of the header section is a field: what else is there, readers take for this and that."""
    lines = message[: header_size(message)].split(b"\r\n")[:-1]
    return all(line[:1] in {b" ", b"\t"} or b":" in line for line in lines)
