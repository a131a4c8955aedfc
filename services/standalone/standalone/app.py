"""The standalone form: ingress, processor and REST API in one process, on embedded parts unless told otherwise.

A composition root and nothing else.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from functools import partial

from admin_api.app import AdminService
from ingress.app import IngressService
from mailcore.db.migrate import prepare
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError
from mailcore.log import configure_logging
from mailcore.platform import database_url, make_data_dir, open_platform, open_secrets, wait_for_database
from mailcore.ready_line import ready_line
from mailcore.seal import seal_of
from processor.app import ProcessorService
from processor.reentry.service import at
from standalone.data_lock import data_dir_locked


async def main(stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish what was begun.

    Prints one line `ready name=address:port ...` on standard output once all ports answer. Raises ConfigurationError.
    """
    environment = Environment.read(os.environ)  # noqa: TID251 - the composition root reads it
    if environment.ingress_processes > 1:
        raise ConfigurationError(
            "INGRESS_PROCESSES: the standalone form is one process, so only 1 is allowed; "
            "several need separate services on DATABASE_URL and AMQP_URL"
        )
    configure_logging(environment.log_level, environment.log_format, service="standalone")
    make_data_dir(environment.data_dir)
    async with AsyncExitStack() as stack:
        stack.enter_context(data_dir_locked(environment.data_dir))
        ready = partial(prepare, database_url(environment), seal_of(open_secrets(environment)))
        await wait_for_database(ready, service="standalone", stop=stop)
        platform = await stack.enter_async_context(open_platform(environment, service="standalone", stop=stop))
        grace = environment.stop_grace_seconds
        ports: dict[str, int] = {}
        # Who takes work starts after who does it, so that they stop the other way round.
        processor = ProcessorService(platform)
        for service in (processor, AdminService(platform), IngressService(platform)):
            ports = await service.start() | ports
            stack.push_async_callback(service.stop, grace)
        if environment.ingress_smtp is None:
            # With SMTP_PORT 0 nobody knew it before.
            processor.own_port.endpoint = at(environment.bind, ports["smtp"])
        sys.stdout.write(ready_line(environment.bind, ports))
        sys.stdout.flush()
        await stop.wait()
