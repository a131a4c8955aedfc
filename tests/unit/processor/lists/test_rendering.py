"""What goes out of a post as a whole: its envelope, its header section, and its content."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.list_builders import a_list, a_post
from tests.unit.mailcore.authentication.signing import NOW, questions, resolver

from mailcore.authentication.results import Authentication, DmarcVerdict
from mailcore.db.list_posts import Post
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Marks
from maildecide.message.mail import Mail, encode
from processor.lists.author_standing import AuthorStandings
from processor.lists.rendering import Rendered, Rendering

ID = "01234567-89ab-7cde-8f01-23456789abcd"


async def rendered(mail: Mail, *, is_signed: bool = True, **fields: Any) -> Rendered:
    contents = MemoryContents()
    standings = AuthorStandings(contents, lambda: questions(resolver({})), lambda: NOW)
    post = Post(ID, 7, 12, ID, NOW, "ada@example.com", "hello", 100, encode(mail), None, "accepted", 0)
    rendering = Rendering(contents, "https://lists.example.com", standings)
    return await rendering.make(post, a_list(**fields), is_signed=is_signed)


async def test_it_is_the_lists_own_mail() -> None:
    mail = (await rendered(a_post())).posted.mail
    assert (mail.envelope.sender, mail.arrival.id) == ("birds-bounces@example.com", UUID(ID))
    assert isinstance(mail.content, StoredContent)


async def test_where_a_members_token_is_put() -> None:
    posted = (await rendered(a_post())).posted
    assert posted.mail.header[: posted.token_at].endswith(b"List-Unsubscribe: <https://lists.example.com/l/")
    assert b"token" not in posted.mail.header
    assert (await rendered(a_post(), is_signed=False)).posted.token_at == -1


@pytest.mark.parametrize(
    ("fields", "smtputf8", "expected"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"address": "鷺@example.com"}, False, True),
        ({"reply_to": "fixed", "reply_to_address": "鷺@example.net"}, False, True),
        ({"reply_to": "list", "reply_to_address": "鷺@example.net"}, False, False),
        ({"display_name": "鷺の会"}, False, False),
    ],
)
async def test_what_needs_smtputf8(fields: dict[str, Any], smtputf8: bool, expected: bool) -> None:
    mail = (await rendered(a_post(smtputf8=smtputf8), **fields)).posted.mail
    assert mail.envelope.smtputf8 is expected
    assert mail.header.isascii() or expected


FOUND = Authentication(
    dmarc=DmarcVerdict("pass", "example.com"), author_policy="reject", author_signatures=(b"x" * 32,), is_aligned=True
)


async def test_what_was_found_of_the_author_says_nothing_of_the_list() -> None:
    mail = msgspec.structs.replace(a_post(), marks=Marks(authentication=FOUND))
    kept = (await rendered(mail, is_signed=False, dmarc="none")).posted.mail.marks.authentication
    assert kept == FOUND
    result = await rendered(mail, is_signed=False)
    found = result.posted.mail.marks.authentication
    assert result.is_from_list
    assert found is not None
    assert (found.dmarc, found.author_policy, found.author_signatures) == (DmarcVerdict(), "none", ())


async def test_a_copy_that_nobody_signs_has_no_link() -> None:
    posted = (await rendered(a_post())).posted
    assert b"https:" in posted.mail.header
    assert b"https:" not in posted.unlinked_header
    unsigned = (await rendered(a_post(), is_signed=False)).posted
    assert unsigned.unlinked_header == unsigned.mail.header == posted.unlinked_header
