"""Structured logs for every service: one line per event, the message id in each line of a message's work, no secret.

Called once by each composition root. Everything else asks for `structlog.get_logger(__name__)`. What the libraries
say through `logging` (uvicorn, aio-pika, SQLAlchemy, alembic) goes through the same processors.
"""

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Literal, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
"""What stands for a secret."""

_SECRET_KEY = re.compile(r"passw|secret|token|authorization|cookie|credential|api_?key|private_?key", re.IGNORECASE)
_SECRET_TEXT = (
    # user:password@ of a URL
    (re.compile(r"(?<=://)([^\s/@:]*):[^\s/]*@"), rf"\1:{MASK}@"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    (
        re.compile(r"\b(\w*(?:password|secret|token))(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\",;&)]+", re.IGNORECASE),
        rf"\1\2\3{MASK}",
    ),
)
_TALKATIVE = ("aio_pika", "aiormq", "aiosqlite", "asyncio", "sqlalchemy", "alembic", "uvicorn", "httpx", "httpcore")
"""Libraries whose informational lines are noise to an operator."""


def configure_logging(
    level: Literal["debug", "info", "warning", "error"],
    format: Literal["console", "json"],  # noqa: A002 - the word of the variable LOG_FORMAT
    *,
    service: str,
    stream: TextIO | None = None,
) -> None:
    """Send all logs from `level` on to `stream` (standard error by default), as text or as JSON lines."""
    pre_chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _Service(service),
    ]
    _configure_library_logs(level, _handler(pre_chain, format, stream or sys.stderr))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *pre_chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _handler(pre_chain: list[Processor], format: str, output: TextIO) -> logging.Handler:  # noqa: A002 - as above
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=pre_chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_secrets,
                _renderer(format, colours=output.isatty()),
            ],
        )
    )
    return handler


def _configure_library_logs(level: str, handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(max(root.level, logging.INFO if level == "debug" else logging.WARNING))


@contextmanager
def message_bound(message_id: UUID | str) -> Iterator[None]:
    """Put `message_id` into every line logged inside, tasks started there included."""
    with structlog.contextvars.bound_contextvars(message_id=str(message_id)):
        yield


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what must not be read in a log: values under telling names, credentials in texts, tracebacks included."""
    for key, value in event.items():
        event[key] = _masked(key, value)
    return event


def mask_text(text: str) -> str:
    """Give `text` with the credentials in it masked."""
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _masked(key: str, value: object) -> object:
    if value is not None and _SECRET_KEY.search(key):
        return MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, MutableMapping):
        return {name: _masked(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_text(str(value))


def _renderer(format: str, *, colours: bool) -> Processor:  # noqa: A002 - as above
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # Tracebacks come to it as text already, with the secrets masked.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0, exception_formatter=plain)


class _Service:
    """Adds the service's name to each line."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        return event
