"""What stands behind the author of a post: what was found when it came, the body that it has now, and DNS."""

from typing import Any

import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.fakes.resolver import ScriptedResolver
from tests.list_builders import a_list, a_post
from tests.unit.mailcore.authentication.signing import MESSAGE, NOW, examined, questions, records, resolver, signed

from mailcore.authentication.results import Authentication, DmarcVerdict
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Marks
from maildecide.lists.author_standing import UNOPPOSED, AuthorStanding
from maildecide.lists.copy.disowning import signed_digests
from maildecide.message.mail import Mail
from processor.lists.author_standing import AuthorStandings

REJECT = b"v=DMARC1; p=reject"
DNS = records(_dmarc__example__org=REJECT)


async def standing(
    mail: Mail,
    dns: ScriptedResolver,
    *,
    contents: MemoryContents | None = None,
    is_signed: bool = False,
    now: float = NOW,
    **fields: Any,
) -> AuthorStanding:
    standings = AuthorStandings(contents or MemoryContents(), lambda: questions(dns), lambda: now)
    return await standings.of(mail, a_list(**fields), is_signed=is_signed)


async def posted(octets: bytes, **changes: Any) -> Mail:
    """Give a post as it was examined when it came."""
    found = await examined(octets, resolver(DNS))
    return msgspec.structs.replace(a_post(octets), marks=Marks(authentication=found), **changes)


async def test_what_was_found_when_it_came_needs_no_dns() -> None:
    dns = resolver(DNS)
    mail = await posted(signed(signed(), selector="ed"))
    found = mail.marks.authentication
    assert found is not None
    assert await standing(mail, dns) == AuthorStanding("reject", frozenset(found.author_signatures))
    assert len(found.author_signatures) == 2
    assert await standing(await posted(MESSAGE), dns) == AuthorStanding("reject")
    assert dns.queries == []


async def test_a_list_that_does_nothing_asks_nothing() -> None:
    dns = resolver(DNS)
    assert await standing(a_post(MESSAGE), dns, dmarc="none") == UNOPPOSED
    assert await standing(await posted(signed()), dns, dmarc="none") == UNOPPOSED
    assert dns.queries == []


@pytest.mark.parametrize(
    "octets",
    [
        signed(),
        signed(methods=("simple", "simple")),
        signed(length=True),
        signed(MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"),
        signed(MESSAGE + b"x" * 200_000 + b"\r\n"),
    ],
)
async def test_a_signature_stands_with_the_body_that_it_signs(octets: bytes) -> None:
    mail = await posted(octets)
    assert len((await standing(mail, resolver({}))).signatures) == 1
    for body in (b"\r\nSomething else.\r\n", octets[mail.body_start :] + b"more\r\n"):
        changed = a_post(mail.header + body)
        assert await standing(msgspec.structs.replace(changed, marks=mail.marks), resolver({})) == AuthorStanding(
            "reject"
        )


async def test_what_is_signed_in_the_header_section_was_changed_before() -> None:
    mail = await posted(signed())
    changed = msgspec.structs.replace(mail, header=mail.header.replace(b"Subject: One", b"Subject: Two"))
    assert await standing(changed, resolver({})) == AuthorStanding("reject")


async def test_a_signature_that_expires_on_the_way_is_none() -> None:
    expiry = 4_102_444_800.0
    mail = a_post(signed().replace(b"v=1;", b"v=1; x=4102444800;", 1))
    known = tuple(signed_digests(mail.header))
    found = Authentication(dmarc=DmarcVerdict(domain="example.org"), author_policy="reject", author_signatures=known)
    mail = msgspec.structs.replace(mail, marks=Marks(authentication=found))
    assert len(known) == 1
    for before, count in ((86_400.0, 1), (3601.0, 1), (3600.0, 0), (-1.0, 0)):
        stands = await standing(mail, resolver({}), now=expiry - before)
        assert len(stands.signatures) == count


async def test_an_author_who_was_put_there_after_the_examination() -> None:
    mail = await posted(signed())
    changed = msgspec.structs.replace(mail, header=mail.header.replace(b"bob@example.org", b"eve@example.net"))
    dns = resolver({"_dmarc.example.net": b"v=DMARC1; p=quarantine"})
    assert await standing(changed, dns) == AuthorStanding("quarantine")
    assert dns.queries == ["_dmarc.example.net TXT"]


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        # Others may read somebody where we cannot.
        (b"To: birds@example.com\r\n", "unknown"),
        (b"From: <a@b>, eve\r\n", "unknown"),
        (b"From: a..b@example.org\r\n", "reject"),
        (b"From: a..b@example.net\r\n", "none"),
    ],
)
async def test_authors_whom_nobody_can_name(fields: bytes, policy: str) -> None:
    found = await posted(fields + b"\r\nA heron.\r\n")
    assert (await standing(found, resolver({}))).policy == policy


async def test_a_body_in_the_content_store() -> None:
    mail = await posted(signed())
    contents = MemoryContents()
    contents.stored["k"] = b"before" + signed()[mail.body_start :]
    stored = StoredContent("k", len(contents.stored["k"]))
    mail = msgspec.structs.replace(mail, content=stored, body_start=6)
    assert len((await standing(mail, resolver({}), contents=contents)).signatures) == 1
    # The rest of a header section that is not at hand.
    mail = msgspec.structs.replace(mail, body_start=4)
    assert await standing(mail, resolver({}), contents=contents) == AuthorStanding("reject")


@pytest.mark.parametrize(
    ("author", "texts", "policy", "queries"),
    [
        (b"bob@example.org", {"_dmarc.example.org": REJECT}, "reject", 1),
        (b"bob@sub.example.org", {"_dmarc.example.org": b"v=DMARC1; p=none; sp=reject"}, "reject", 2),
        (b"bob@sub.example.org", {"_dmarc.example.org": b"v=DMARC1; p=reject; sp=none"}, "none", 2),
        (b"bob@example.org", {"_dmarc.example.org": b"v=DMARC1; p=none"}, "none", 1),
        (b"bob@example.org", {}, "none", 1),
        (b"bob@example.org", {"_dmarc.example.org": None}, "unknown", 1),
        (b"bob@example.org, eve@example.net", {"_dmarc.example.net": REJECT}, "reject", 2),
        (b"bob@[192.0.2.1]", {}, "none", 0),
        (b"bob@intranet", {}, "none", 0),
    ],
)
@pytest.mark.parametrize("examined_before", [False, True])
async def test_dns_is_asked_for_posts_that_nobody_examined(
    author: bytes, texts: dict[str, bytes | None], policy: str, queries: int, examined_before: bool
) -> None:
    known = {name: text for name, text in texts.items() if text is not None}
    dns = resolver(known, *(texts.keys() - known.keys()))
    mail = a_post(b"From: " + author + b"\r\n\r\nA heron.\r\n")
    if examined_before:
        # But nobody could say who wrote it.
        mail = msgspec.structs.replace(mail, marks=Marks(authentication=Authentication()))
    assert await standing(mail, dns) == AuthorStanding(policy)  # type: ignore[arg-type]  # one of them
    assert len(dns.queries) == queries


ALIGNED = Marks(authentication=Authentication(is_aligned=True))


@pytest.mark.parametrize(
    ("author", "marks", "is_signed", "expected"),
    [
        (b"ada@example.com", ALIGNED, True, "none"),
        (b"ada@example.com", ALIGNED, False, "reject"),
        (b"ada@example.com", Marks(), True, "reject"),
        (b"ada@sub.example.com", ALIGNED, True, "reject"),
        (b"ada@example.com, eve@example.net", ALIGNED, True, "reject"),
    ],
)
async def test_the_lists_own_signature_stands_for_authors_of_its_domain(
    author: bytes, marks: Marks, is_signed: bool, expected: str
) -> None:
    mail = msgspec.structs.replace(a_post(b"From: " + author + b"\r\n\r\nA heron.\r\n"), marks=marks)
    found = await standing(mail, resolver({"_dmarc.example.com": REJECT}), is_signed=is_signed)
    assert found.policy == expected


async def test_who_logged_in_is_known() -> None:
    mail = a_post()
    client = msgspec.structs.replace(mail.arrival.client, account="ada@example.com")
    mail = msgspec.structs.replace(mail, arrival=msgspec.structs.replace(mail.arrival, client=client))
    dns = resolver({"_dmarc.example.com": REJECT})
    assert await standing(mail, dns, is_signed=True) == UNOPPOSED
    assert dns.queries == []
