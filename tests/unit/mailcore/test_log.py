import asyncio
import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from mailcore.log import bind_message, configure_logging, message_bound, unbind_message

MESSAGE = UUID("01890000-0000-7000-8000-000000000000")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    output = io.StringIO()
    configure_logging("info", "json", service="ingress", stream=output)
    yield output
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def fail(message: str) -> None:
    raise OSError(message)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_who_and_what(stream: io.StringIO) -> None:
    structlog.get_logger("ingress.accept").info("accepted", size=12, address="ü@example.com")
    (line,) = lines(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "accepted",
        "level": "info",
        "logger": "ingress.accept",
        "service": "ingress",
        "size": 12,
        "address": "ü@example.com",
    }


def test_below_the_level_nothing_is_said(stream: io.StringIO) -> None:
    structlog.get_logger("x").debug("noise")
    logging.getLogger("sqlalchemy.engine").info("SELECT 1")
    assert lines(stream) == []


def test_libraries_do_not_repeat_what_we_say_or_mend_ourselves(stream: io.StringIO) -> None:
    logging.getLogger("aiormq.connection").error("error when creating transport")
    logging.getLogger("flufl.bounce").error("a message that somebody else reads then")
    logging.getLogger("asyncio").error("an error that nobody else tells")
    assert [line["logger"] for line in lines(stream)] == ["asyncio"]


async def test_the_message_id_is_in_every_line_of_its_work(stream: io.StringIO) -> None:
    async def work() -> None:
        structlog.get_logger("x").info("inside")

    with message_bound(MESSAGE):
        await asyncio.create_task(work())
        logging.getLogger("aio_pika").warning("library speaks")
    structlog.get_logger("x").info("outside")
    inside, library, outside = lines(stream)
    assert inside["message_id"] == library["message_id"] == str(MESSAGE)
    assert "message_id" not in outside


def test_a_message_can_be_bound_until_further_notice(stream: io.StringIO) -> None:
    bind_message(MESSAGE)
    structlog.get_logger("x").info("about it")
    unbind_message()
    unbind_message()
    structlog.get_logger("x").info("outside")
    inside, outside = lines(stream)
    assert (inside["message_id"], "message_id" in outside) == (str(MESSAGE), False)


def test_two_messages_at_once_are_not_mixed_up(stream: io.StringIO) -> None:
    async def work(name: str) -> None:
        with message_bound(name):
            await asyncio.sleep(0)
            structlog.get_logger("x").info("work", name=name)

    async def both() -> None:
        await asyncio.gather(work("a"), work("b"))

    asyncio.run(both())
    assert all(line["message_id"] == line["name"] for line in lines(stream))


@pytest.mark.parametrize("key", ["password", "admin_token", "Authorization", "api_key", "smtp_secret", "set-cookie"])
def test_values_under_telling_names_are_masked(stream: io.StringIO, key: str) -> None:
    structlog.get_logger("x").info("event", **{key: "hunter22"}, nested={key: "hunter22", "kept": 1})
    (line,) = lines(stream)
    assert line[key] == "***"
    assert line["nested"] == {key: "***", "kept": 1}


def test_secrets_in_tracebacks_are_masked(stream: io.StringIO) -> None:
    try:
        fail("cannot reach amqp://hikyaku:hunter22@broker:5672/")
    except OSError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("sqlalchemy").exception("failed too")
    assert "hunter22" not in stream.getvalue()
    assert all("amqp://hikyaku:***@broker" in str(line["exception"]) for line in lines(stream))
    assert len(lines(stream)) == 2


def test_octets_that_are_no_utf_8_do_not_hide_a_line(stream: io.StringIO) -> None:
    structlog.get_logger("x").info("event", helo="\udcff", peer="192.0.2.1")
    (line,) = lines(stream)
    assert line["peer"] == "192.0.2.1"


def test_arguments_are_formatted(stream: io.StringIO) -> None:
    structlog.get_logger("x").info("%s of %s", 1, 2)
    logging.getLogger("library").warning("%s of %s", 1, 2)
    assert [line["event"] for line in lines(stream)] == ["1 of 2", "1 of 2"]


def test_console_lines_are_for_people() -> None:
    output = io.StringIO()
    configure_logging("info", "console", service="processor", stream=output)
    structlog.get_logger("x").info("stored", folder=".Trash")
    try:
        fail("password=hunter22")
    except OSError:
        structlog.get_logger("x").exception("failed")
    structlog.reset_defaults()
    assert "stored" in output.getvalue()
    assert "folder=.Trash" in output.getvalue()
    assert "OSError: password=***" in output.getvalue()
    assert "\x1b" not in output.getvalue()
