"""How every service process begins and ends: uvloop, signals, exit codes.

The first SIGTERM or SIGINT asks the service to finish what it has begun; another one, later, ends it at once.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from mailcore.errors import ConfigurationError

Main = Callable[[asyncio.Event], Awaitable[None]]
"""A service: runs until the event is set, then finishes what it has begun and returns."""

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_CONFIGURATION = 2
EXIT_SECOND_SIGNAL = 130

_SAME_REQUEST = 2.0
"""A signal this soon after the first is the same request, come by two ways: to the process and to its group."""

log = structlog.get_logger(__name__)


class StoppedEarly(Exception):  # noqa: N818 - no error: what was asked for
    """The process was asked to stop before its service had begun."""


def run(main: Main) -> int:
    """Run `main` to its end and give the exit code of the process.

    A ConfigurationError is one line on standard error, naming the variable and what is allowed, and exit code 2.
    """
    # Mail is nobody else's to read: whatever is written is for this user alone.
    os.umask(0o077)
    _spare_the_collector()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_supervise(main))
    except ConfigurationError as error:
        sys.stderr.write(f"configuration error: {error}\n")
        return EXIT_CONFIGURATION


def _spare_the_collector() -> None:
    """Have garbage collected less often: what is imported stays, and what a message needs is freed without it.

    By default every 700 objects are reason enough to look through all that is new, an eighth of the work of ingress.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _supervise(main: Main) -> int:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    task = asyncio.ensure_future(main(stop))
    asked_at = 0.0

    def on_signal(number: int) -> None:
        nonlocal asked_at
        name = signal.Signals(number).name
        if not stop.is_set():
            log.info("stopping", signal=name)
            asked_at = loop.time()
            stop.set()
        elif loop.time() - asked_at > _SAME_REQUEST:
            log.warning("asked again, ending at once", signal=name)
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    try:
        await task
    except asyncio.CancelledError:
        return EXIT_SECOND_SIGNAL
    except StoppedEarly:
        return EXIT_OK
    except ConfigurationError:
        raise
    except Exception:
        # The boundary of the process: nobody above could do better than log it and exit.
        log.exception("the service failed")
        return EXIT_FAILED
    return EXIT_OK
