"""Posts to mailing lists at the port: what is refused when, and who waits (row 13)."""

import asyncio
from typing import Any

import pytest
from tests.integration.ingress.running import Ingress

from mailcore.db import list_posts
from mailcore.db.list_posts import post_id
from mailcore.db.list_store import ListStore
from mailcore.directory.list_member import ListMemberFields
from mailcore.directory.mailing_list import MailingListFields
from mailcore.passwords import Passwords

LIST = "birds@example.com"


async def make_list(ingress: Ingress, *members: str, **fields: Any) -> None:
    passwords = Passwords()
    store = ListStore(ingress.platform.database, passwords)
    written = {"address": LIST, "name": "birds", "owner": "ada@example.com", **fields}
    made = (await store.lists.create(MailingListFields.model_validate(written), "test")).value
    passwords.close()
    for member in members:
        await store.members(made).create(ListMemberFields(address=member), "test")
    ingress.platform.changes.look()
    async with asyncio.timeout(3):
        while await ingress.platform.directory.mailing_list(LIST) is None:
            await asyncio.sleep(0.02)


async def sent(ingress: Ingress, sender: str, *to: str, author: str = "", more: str = "") -> list[str]:
    """Send a message and give the replies to RCPT and to the end of data."""
    replies = []
    async with ingress.client() as client:
        assert (await client.say(f"MAIL FROM:<{sender}>")).startswith("250")
        replies += [await client.say(f"RCPT TO:<{address}>") for address in to or (LIST,)]
        if any(reply.startswith("250") for reply in replies):
            await client.say("DATA")
            header = f"From: {author or sender}\r\nSubject: herons\r\n{more}"
            replies.append(await client.say(f"{header}\r\nA heron.\r\n."))
    return [reply.split("\r\n")[0][:9].strip() for reply in replies]


async def test_refused_where_it_can_be(ingress: Ingress) -> None:
    await make_list(ingress, "bo@example.org", refused_posters=["eve@*"])
    assert await sent(ingress, "bo@example.org") == ["250 2.1.5", "250 2.0.0"]
    assert await sent(ingress, "eve@example.net") == ["550 5.7.2"]
    assert await sent(ingress, "cy@example.net") == ["250 2.1.5", "550 5.7.2"]
    # Whoever sends, the author counts; and whoever else gets it, nothing is refused.
    assert await sent(ingress, "cy@example.net", author="bo@example.org") == ["250 2.1.5", "250 2.0.0"]
    assert await sent(ingress, "cy@example.net", LIST, "ada@example.com") == ["250 2.1.5", "250 2.1.5", "250 2.0.0"]
    assert not any(mail.marks.awaited for mail in ingress.accepted)


async def test_the_story_of_a_refused_post_names_the_list_and_what_is_set_there(ingress: Ingress) -> None:
    await make_list(ingress, "bo@example.org")
    assert await sent(ingress, "cy@example.net") == ["250 2.1.5", "550 5.7.2"]
    event = (await ingress.story("cy@example.net")).events[-1]
    assert (event.what, event.decided_by) == ("message_refused", "list_post")
    assert (event.detail["list"], event.detail["setting"]) == (LIST, "posting=members")


async def test_what_is_whole_of_a_type_is_refused_for_that(ingress: Ingress) -> None:
    await make_list(ingress, posting="anyone", allowed_types=["text/plain"], refused_types=["multipart/encrypted"])
    for more, reply in (
        ("", "250 2.0.0"),
        ("Content-Type: TEXT/Plain; charset=utf-8\r\n", "250 2.0.0"),
        ("Content-Type: text/html\r\n", "550 5.7.2"),
        ("Content-Type: multipart/encrypted; boundary=b\r\n", "550 5.7.2"),
        # What parts it has, the processor looks for.
        ("Content-Type: multipart/mixed; boundary=b\r\n", "250 2.0.0"),
    ):
        assert await sent(ingress, "cy@example.net", more=more) == ["250 2.1.5", reply], more


@pytest.mark.parametrize("held", [False, True])
async def test_the_answer_waits_until_the_list_is_served_where_row_13_says_so(ingress: Ingress, held: bool) -> None:
    await make_list(ingress, "bo@example.org", moderation="all" if held else "none")
    await ingress.change_settings(deferred_list_processing=False)
    sending = asyncio.create_task(sent(ingress, "bo@example.org"))
    async with asyncio.timeout(5):
        while not ingress.accepted:
            await asyncio.sleep(0.02)
    (mail,) = ingress.accepted
    if not held:
        await asyncio.sleep(0.3)
        assert not sending.done()
        assert mail.marks.awaited  # noqa: PGH005 - no mock
        async with ingress.platform.database.transaction() as connection:
            await list_posts.settle(connection, [post_id(mail.id, LIST)], 1.0)
    async with asyncio.timeout(5):
        assert await sending == ["250 2.1.5", "250 2.0.0"]


async def test_whoever_only_waits_for_a_list_is_answered_when_the_process_stops(ingress: Ingress) -> None:
    await make_list(ingress, "bo@example.org")
    await ingress.change_settings(deferred_list_processing=False)
    sending = asyncio.create_task(sent(ingress, "bo@example.org"))
    async with asyncio.timeout(5):
        while not ingress.accepted:
            await asyncio.sleep(0.02)
        ingress.service._handler.hurry()  # As stopping does, before sessions are let go
        assert await sending == ["250 2.1.5", "250 2.0.0"]
