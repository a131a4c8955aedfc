"""One message in one session, against a real server that answers as told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.fakes.relay import BARE, DROP, FULL, HANG, LOSE_REPLY, Relay
from tests.unit.processor.outbound.client.sessions import CONTENT, opened, outgoing, to

from mailcore.errors import ContentAway
from processor.outbound.client.answer import SessionFailed
from processor.outbound.client.outgoing import Addressee
from processor.outbound.client.transaction import transact
from processor.outbound.verdict import verdict

PIPELINED = ("PIPELINING",)
WAYS = pytest.mark.parametrize("offers", [BARE, PIPELINED, FULL], ids=["bare", "pipelined", "chunking"])


@WAYS
async def test_a_message_arrives_as_it_is(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        session = await opened(relay)
        answers = await transact(session, outgoing(), to("bea@example.org", "cas@example.org"))
        again = await transact(session, outgoing(b"x"), to("bea@example.org"))
        await session.quit()
    assert [str(answer.reply) for answer in answers + again] == ["250 2.0.0 Taken"] * 3
    assert all(answer.is_success for answer in answers)
    assert [one.content for one in relay.received] == [CONTENT, b"x\r\n"]
    assert relay.received[0].recipients == ["bea@example.org", "cas@example.org"]
    assert (relay.received[0].chunks > 0) == (offers == FULL)
    assert relay.connections == 1


async def test_dots_are_doubled_on_the_wire_of_data() -> None:
    async with Relay(offers=PIPELINED) as relay:
        await transact(await opened(relay), outgoing(), to("bea@example.org"))
    assert bytes(relay.raw) == CONTENT.replace(b"\n.", b"\n..")


@WAYS
async def test_each_recipient_gets_his_own_answer(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        relay.on("RCPT TO:<bea@", "550 5.1.1 Nobody")
        relay.on("RCPT TO:<cas@", "451-4.7.1 Not\n451 4.7.1 now")
        session = await opened(relay)
        answers = await transact(session, outgoing(), to(*(f"{name}@example.org" for name in ("bea", "ada", "cas"))))
    assert [str(answer) for answer in answers] == [
        "rcpt: 550 5.1.1 Nobody",
        "final: 250 2.0.0 Taken",
        "rcpt: 451 4.7.1 Not\nnow",
    ]
    assert relay.received[0].recipients == ["ada@example.org"]


@WAYS
async def test_nothing_is_sent_when_nobody_is_left(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        relay.on("RCPT", "550 5.1.1 Nobody", times=2)
        session = await opened(relay)
        answers = await transact(session, outgoing(), to("bea@example.org", "cas@example.org"))
        assert [answer.stage for answer in answers] == ["rcpt", "rcpt"]
        assert (await transact(session, outgoing(), to("bea@example.org")))[0].is_success
    assert len(relay.received) == 1


@WAYS
async def test_a_refused_sender_is_everybodys_answer(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        relay.on("MAIL", "550 5.7.1 Not you")
        session = await opened(relay)
        answers = await transact(session, outgoing(), to("bea@example.org", "cas@example.org"))
        assert session.is_usable
    assert [str(answer) for answer in answers] == ["mail: 550 5.7.1 Not you"] * 2


@pytest.mark.parametrize(
    ("begins", "action", "expected"),
    [
        ("DATA", "451 4.3.0 Later", "data: 451 4.3.0 Later"),
        ("END", "554 5.7.1 Spam", "final: 554 5.7.1 Spam"),
        ("MAIL", DROP, "mail: the server closed the connection"),
        ("RCPT", "421 4.3.2 Going", "rcpt: 421 4.3.2 Going"),
        ("DATA", DROP, "data: the server closed the connection"),
        ("END", DROP, "final: the server closed the connection"),
        ("MAIL", HANG, "mail: no reply within 0.5 s, or the attempt's time"),
        ("END", HANG, "final: no reply within 0.5 s, or the attempt's time"),
        ("RCPT", "nonsense", "rcpt: the server said what is no reply: 'nonsense'"),
        ("MAIL", "250-one\n251 two", "mail: the server gave two codes in one reply: 250 and 251"),
    ],
)
async def test_whatever_the_server_does_is_an_answer(begins: str, action: str, expected: str) -> None:
    async with Relay(offers=PIPELINED) as relay:
        relay.on(begins, action)
        (answer,) = await transact(await opened(relay), outgoing(), to("bea@example.org"))
    assert str(answer) == expected
    assert answer.is_unsure == (answer.stage == "final" and answer.reply is None)


async def test_a_lost_reply_leaves_it_unsure() -> None:
    for offers in (PIPELINED, FULL):
        async with Relay(offers=offers) as relay:
            relay.on("END", LOSE_REPLY)
            session = await opened(relay)
            (answer,) = await transact(session, outgoing(), to("bea@example.org"))
        assert answer.is_unsure
        assert len(relay.received) == 1
        assert not session.is_usable


@WAYS
async def test_what_the_server_said_before_hanging_up_inside_the_content_counts(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        relay.on("CONTENT", "421 4.3.2 Enough")
        (answer,) = await transact(await opened(relay), outgoing(b"line\r\n" * 2_000_000), to("bea@example.org"))
    assert str(answer) == "content: 421 4.3.2 Enough"
    assert not answer.is_unsure


async def test_a_refused_chunk_ends_it() -> None:
    async with Relay() as relay:
        relay.on("BDAT", "452 4.3.1 Full")
        (answer,) = await transact(await opened(relay), outgoing(b"line\r\n" * 200_000), to("bea@example.org"))
    assert str(answer) == "content: 452 4.3.1 Full"
    assert relay.received == []


@pytest.mark.parametrize("lines", [1, 200_000], ids=["one chunk", "several"])
async def test_a_server_that_does_not_know_chunks_has_judged_no_message(lines: int) -> None:
    async with Relay(knows_bdat=False) as relay:
        session = await opened(relay)
        (answer,) = await transact(session, outgoing(b"line\r\n" * lines), to("bea@example.org"))
    assert str(answer) == "content: the server offers CHUNKING and does not know BDAT: 502 5.5.1 What?"
    assert verdict(answer) == "later"
    assert session.refuses_chunks
    assert not session.is_usable


@pytest.mark.parametrize(
    ("offers", "begins"), [(BARE, "DATA"), (PIPELINED, "DATA"), (FULL, "BDAT")], ids=["bare", "pipelined", "chunking"]
)
async def test_the_next_message_is_not_refused_for_the_one_before(offers: tuple[str, ...], begins: str) -> None:
    async with Relay(offers=offers) as relay:
        relay.on(begins, "451 4.3.0 Not this one", times=1)
        session = await opened(relay)
        (refused,) = await transact(session, outgoing(), to("bea@example.org"))
        (taken,) = await transact(session, outgoing(), to("cas@example.org"))
    assert str(refused.reply) == "451 4.3.0 Not this one"
    assert str(taken) == "final: 250 2.0.0 Taken"
    assert relay.connections == 1


async def test_a_server_that_does_not_forget_is_left() -> None:
    async with Relay(offers=PIPELINED) as relay:
        relay.on("DATA", "451 4.3.0 Not this one")
        relay.on("RSET", "500 5.5.1 What?")
        session = await opened(relay)
        (refused,) = await transact(session, outgoing(), to("bea@example.org"))
    assert refused.stage == "data"
    assert not session.is_usable


@WAYS
@pytest.mark.parametrize("lines", [1, 100_000], ids=["inside the content", "before its end"])
async def test_what_takes_too_long_is_not_ended(offers: tuple[str, ...], lines: int) -> None:
    """The limit of an attempt counts up to the end of the message, whatever is slow: the content here."""

    async def late() -> AsyncIterator[bytes]:
        yield b"line\r\n" * lines
        session.deadline = asyncio.get_running_loop().time()

    async with Relay(offers=offers) as relay:
        session = await opened(relay)
        (answer,) = await transact(session, replace(outgoing(), pieces=late), to("bea@example.org"))
        assert not session.is_usable
        await asyncio.sleep(0.05)
    assert (answer.stage, answer.reply, answer.is_unsure) == ("content", None, False)
    assert answer.why in {"the time of the attempt is over", "no reply within 0.5 s, or the attempt's time"}
    assert relay.received == []


@WAYS
async def test_what_somebody_else_may_be_sending_is_not_ended(offers: tuple[str, ...]) -> None:
    async with Relay(offers=offers) as relay:
        session = await opened(relay)
        (answer,) = await transact(session, outgoing(), to("bea@example.org"), lambda: False)
        assert not session.is_usable
        await asyncio.sleep(0.05)
    assert str(answer) == "content: somebody else may be sending it by now"
    assert relay.received == []


async def test_the_reply_to_the_end_has_a_time_of_its_own() -> None:
    async with Relay() as relay:
        session = await opened(relay)
        await session.send(b"NOOP\r\nNOOP\r\n", "content", 5)
        session.deadline = asyncio.get_running_loop().time()
        assert (await session.reply("final", 5, is_final=True)).is_success
        with pytest.raises(SessionFailed, match="the time of the attempt is over"):
            await session.command("NOOP", "mail", 5)


async def test_content_that_cannot_be_read_never_ends_in_a_dot() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"line\r\n" * 100_000
        raise ContentAway

    for offers in (PIPELINED, FULL):
        async with Relay(offers=offers) as relay:
            session = await opened(relay)
            with pytest.raises(ContentAway):
                await transact(session, replace(outgoing(), pieces=broken), to("bea@example.org"))
            assert not session.is_usable
            await asyncio.sleep(0.05)
        assert relay.received == []


async def test_parameters_are_passed_on_to_who_knows_them() -> None:
    mail = outgoing(is_8bit=True, ret="HDRS", envid="QQ314159", sender="ada@例.test")
    recipient = Addressee("bea@例.test", frozenset({"FAILURE", "SUCCESS"}), "rfc822;bea@example.org")
    async with Relay() as relay, Relay(offers=("8BITMIME",)) as plain:
        for one in (relay, plain):
            assert (await transact(await opened(one), mail, [recipient]))[0].is_success
    assert relay.received[0].mail == (
        f"MAIL FROM:<ada@xn--fsq.test> SIZE={len(CONTENT)} BODY=8BITMIME RET=HDRS ENVID=QQ314159"
    )
    assert relay.received[0].rcpts == ["RCPT TO:<bea@xn--fsq.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bea@example.org"]
    assert plain.received[0].mail == "MAIL FROM:<ada@xn--fsq.test> BODY=8BITMIME"
    assert plain.received[0].rcpts == ["RCPT TO:<bea@xn--fsq.test>"]


@pytest.mark.parametrize(
    ("offers", "changes", "status"),
    [
        (("SIZE 10",), {}, "5.3.4"),
        (BARE, {"is_8bit": True}, "5.6.3"),
        (FULL, {"is_binary": True}, "5.6.3"),
        (BARE, {"has_utf8_header": True}, "5.6.7"),
        (BARE, {"sender": "飛脚@example.com"}, "5.6.7"),
    ],
)
async def test_what_the_server_cannot_take_is_not_tried(
    offers: tuple[str, ...], changes: dict[str, Any], status: str
) -> None:
    async with Relay(offers=offers) as relay:
        session = await opened(relay)
        answers = await transact(session, outgoing(**changes), to("bea@example.org", "cas@example.org"))
        assert session.is_usable
    assert [answer.status for answer in answers] == [status, status]
    assert len(relay.lines) == 1


async def test_ascii_recipients_get_what_a_server_without_smtputf8_refuses_to_others() -> None:
    async with Relay(offers=BARE) as relay:
        answers = await transact(await opened(relay), outgoing(), to("飛脚@example.org", "bea@example.org"))
    assert [answer.status for answer in answers] == ["5.6.7", ""]
    assert relay.received[0].recipients == ["bea@example.org"]


async def test_smtputf8_is_asked_for_where_it_is_needed() -> None:
    async with Relay() as relay:
        await transact(await opened(relay), outgoing(), to("飛脚@example.org"))
    assert relay.received[0].mail.endswith(" SMTPUTF8")
