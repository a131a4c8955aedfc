"""What is accepted is handed over as it came, and what is refused is not."""

from tests.integration.ingress.running import Ingress

from mailcore.db import content_refs
from mailcore.db.tables import content_ref
from mailcore.mail.content import InlineContent, StoredContent
from mailcore.mail.envelope import Recipient

MESSAGE = b"Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000\r\nSubject: hello\r\n\r\nbody\r\n"


async def test_a_message_is_handed_over_as_it_came(ingress: Ingress) -> None:
    await ingress.change_settings(authenticate_mail=False)
    async with ingress.client() as client:
        reply = await client.deliver("bob@example.org", "Ada@EXAMPLE.com", MESSAGE)
    (mail,) = ingress.accepted
    assert reply == f"250 2.0.0 Accepted as {mail.id}"
    assert ingress.bus.published[0].queue == "hikyaku.incoming"
    assert ingress.bus.published[0].id == str(mail.id)
    assert mail.content == InlineContent(MESSAGE)
    assert mail.header_size == MESSAGE.index(b"\r\n\r\n") + 2
    assert mail.envelope.sender == "bob@example.org"
    assert mail.envelope.recipients == (Recipient("Ada@EXAMPLE.com"),)
    assert (mail.client.ip, mail.client.helo, mail.client.listener) == ("127.0.0.1", "client.example.org", "smtp")
    field = mail.trace_fields.decode()
    assert field.startswith(
        "Received: from client.example.org ([127.0.0.1])\r\n\tby mx.example.com\r\n\twith ESMTP\r\n"
    )
    assert f"\tid {mail.id}\r\n\tfor <Ada@EXAMPLE.com>;\r\n" in field


async def test_the_recipient_is_not_named_where_there_are_several(ingress: Ingress) -> None:
    await ingress.make_account("eve@example.com")
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com", "eve@example.com")
        await client.say("DATA")
        assert (await client.send(b"\r\n.\r\n")).startswith("250 ")
    (mail,) = ingress.accepted
    assert len(mail.envelope.recipients) == 2
    assert b"for <" not in mail.trace_fields


async def test_a_large_message_goes_to_the_content_store(ingress: Ingress) -> None:
    message = b"Subject: big\r\n\r\n" + (b"x" * 76 + b"\r\n") * 20_000
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
    (mail,) = ingress.accepted
    assert isinstance(mail.content, StoredContent)
    assert b"".join([octets async for octets in ingress.platform.content.read(mail.content)]) == message
    async with ingress.platform.database.read() as connection:
        rows = (await connection.execute(content_ref.select())).all()
    assert [(row.content, row.holder) for row in rows] == [(mail.content.key, content_refs.incoming_holder(mail.id))]
