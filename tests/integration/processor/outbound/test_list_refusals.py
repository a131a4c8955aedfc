"""Whoever sent a post that a list refuses after the 250 gets a report, with the reason in the list's language."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import msgspec
import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import BEA, LIST, a_post, make_list
from tests.integration.processor.outbound.story import told


@pytest.mark.parametrize(
    ("language", "reason"), [("en", "only members may post to the list"), ("ja", "会員だけが投稿できます")]
)
async def test_its_sender_is_told_why_in_the_language_of_the_list(
    embedded_room: Mailroom, language: str, reason: str
) -> None:
    async with told(embedded_room) as (story, relay):
        await make_list(embedded_room, BEA, owner=BEA, language=language)
        post = a_post(embedded_room)
        written = {"envelope": post.envelope, "content": post.content, "header_size": post.header_size}
        await story.send(msgspec.structs.replace(story.mail(), **written))
        assert relay.received == []
    (octets,) = story.files("ada@example.com")
    report = message_from_bytes(octets, policy=policy.default)
    text, status, _ = report.iter_parts()
    assert isinstance(text, EmailMessage)
    assert f"<{LIST}>" in text.get_content()
    assert reason in text.get_content()
    assert status.get_content_type() == "message/delivery-status"
    assert b"\nFinal-Recipient: rfc822; birds@example.com\nAction: failed\nStatus: 5.7.2\n" in octets
    assert story.files(BEA) == []
