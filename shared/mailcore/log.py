"""Structured logs for every service: one line per event, the message id in each line of a message's work, no secret.

Called once by each composition root. Everything else asks for `structlog.get_logger(__name__)`, and its lines go
straight to the stream: one is written for every message. What the libraries say through `logging` (uvicorn, aio-pika,
SQLAlchemy, alembic) goes through the same processors.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO
from uuid import UUID

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from mailcore.masking import mask_secrets

TALKATIVE = ("aio_pika", "aiormq", "aiosqlite", "asyncio", "sqlalchemy", "alembic", "uvicorn", "httpx", "httpcore")
"""Libraries whose informational lines are noise to an operator."""
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(
    level: Literal["debug", "info", "warning", "error"],
    format: Literal["console", "json"],  # noqa: A002 - the word of the variable LOG_FORMAT
    *,
    service: str,
    stream: TextIO | None = None,
) -> None:
    """Send all logs from `level` on to `stream` (standard error by default), as text or as JSON lines."""
    output = stream or sys.stderr
    lock = threading.RLock()
    timed: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _Service(service),
    ]
    rendered: list[Processor] = [
        structlog.processors.format_exc_info,
        mask_secrets,
        _renderer(format, colours=output.isatty()),
    ]
    _configure_library_logs(level, _handler(timed, rendered, output, lock))
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, _add_logger_name, *timed, *rendered],
        logger_factory=lambda name="": _Lines(name, output, lock),
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        cache_logger_on_first_use=False,
    )


class _Lines:
    """A logger that writes each line as it comes. Safe in threads."""

    def __init__(self, name: str, output: TextIO, lock: threading.RLock) -> None:
        self.name = name
        self._output = output
        self._lock = lock

    def msg(self, line: str) -> None:
        """Write a line, at once."""
        with self._lock:
            self._output.write(line + "\n")
            self._output.flush()

    debug = info = warning = error = critical = exception = msg


def _handler(
    timed: list[Processor], rendered: list[Processor], output: TextIO, lock: threading.RLock
) -> logging.Handler:
    handler = logging.StreamHandler(output)
    handler.lock = lock
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                *timed,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    return handler


def _configure_library_logs(level: str, handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(max(root.level, logging.INFO if level == "debug" else logging.WARNING))
    if level != "debug":
        # Its errors, some with tracebacks, are what `bus.link` says in a line once, and not at every try.
        logging.getLogger("aiormq").setLevel(logging.CRITICAL)
        # It tells all about each message that it cannot read: `processor.lists.dialects` reads on by itself.
        logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


@contextmanager
def message_bound(message_id: UUID | str) -> Iterator[None]:
    """Put `message_id` into every line logged inside, tasks started there included."""
    with structlog.contextvars.bound_contextvars(message_id=str(message_id)):
        yield


def bind_message(message_id: UUID | str) -> None:
    """Put `message_id` into every line that this task logs until it calls `unbind_message`, or binds another."""
    structlog.contextvars.bind_contextvars(message_id=str(message_id))


def unbind_message() -> None:
    """Undo `bind_message`; it is no error when nothing is bound."""
    structlog.contextvars.unbind_contextvars("message_id")


def _add_logger_name(logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if logger.name:
        event["logger"] = logger.name
    return event


def _renderer(format: str, *, colours: bool) -> Processor:  # noqa: A002 - as above
    if format == "json":
        return structlog.processors.JSONRenderer(serializer=_to_json)
    # Tracebacks come to it as text already, with the secrets masked.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0, exception_formatter=plain)


def _to_json(event: EventDict, **_: object) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except (UnicodeEncodeError, TypeError):  # octets that were no UTF-8; keys that are no texts
        return json.dumps(event, default=repr, skipkeys=True)


class _Service:
    """Adds the service's name to each line."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        return event
