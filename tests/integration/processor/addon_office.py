"""A mailroom with addons, and the programs that its tests run."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from admin_api.app import build_app
from mailcore import events
from mailcore.db.settings_store import SettingsStore
from mailcore.db.tokens import TokenStore
from mailcore.passwords import Passwords
from mailcore.platform import Platform
from mailcore.trace import TraceEvent
from processor.addons.addon_run import KIND as ADDON

TOKEN = "a token for the operator"
ADA, BEA = "ada@example.com", "bea@example.com"
MESSAGE = b"From: bob@example.net\r\nSubject: hello\r\n\r\n.How are you?\r\n"

PROGRAMS = {
    "pass": "exit 0",
    "chatty": "echo noise; echo trouble >&2; exit 0",
    "change": "sed -e 's/^Subject: hello/Subject: changed/' -e 's/How/Who/'; exit 10",
    "fields": "printf 'X-Scanned: by us\\nX-Score: 飛脚\\n'; exit 11",
    "discard": "exit 20",
    "reject": "echo 'no cats here'; exit 21",
    "trash": "exit 22",
    "later": "echo busy >&2; exit 75",
    "crash": "kill -SEGV $$",
    "fail": "echo oops >&2; exit 3",
    "hang": "sleep 1000 & sleep 1000",
    "flood": "yes; exit 10",
    "children": '(sleep 1000; touch "$HOME/late") & exit 0',
    "nothing": "exit 10",
    "no_trace": "echo 'Subject: bare'; echo; echo body; exit 10",
    "facts": "env | grep ^MAIL_ | sort | sed 's/_/-/g; s/=/: /'; echo \"X-Arguments: $*\"; "
    'echo "X-Path: $PATH"; echo "X-Others: $(env | grep -c -v -e ^MAIL_ -e ^PATH -e ^LANG -e ^HOME -e ^TMPDIR '
    '-e ^PWD -e ^SHLVL -e ^_)"; exit 11',
    "grow": "cat; head -c 300000 /dev/zero | tr '\\0' x | fold; exit 10",
    "envelope": "printf 'X-Changed: yes\\r\\n'; cat; exit 10",
    "once": "sed -e 's/^Subject: /Subject: [1] /'; exit 10",
    "twice": "sed -e 's/^Subject: /Subject: [2] /'; exit 10",
}


@dataclass
class Office:
    """A mailroom with addons."""

    room: Mailroom
    api: httpx.AsyncClient
    directory: Path

    async def add(self, name: str, **fields: Any) -> None:
        """Make an addon of the program of that name, or of `fields`."""
        body = {"name": f"the {name}", **({} if "url" in fields else {"command": [name]}), **fields}
        answer = await self.api.post("/addons", json=body)
        assert answer.status_code == 201, answer.text

    async def set(self, **settings: Any) -> None:
        """Change settings, and wait until they hold."""
        revision = (
            await SettingsStore(self.room.platform.database, self.room.platform.seal).patch("smtp", settings, "test")
        ).revision
        await until(lambda: self.room.platform.settings.current.revision >= revision)

    def happened(self, what: str) -> list[TraceEvent]:
        """Give what was traced under a name."""
        return [event for trace in self.room.heard.traces for event in trace.events if event.what == what]

    async def is_over(self) -> bool:
        """Whether no job is left."""
        return not await self.room.jobs()

    async def deliver(self, *recipients: str, **changes: Any) -> None:
        """Have a message processed with all that comes of it."""
        before = len(self.happened(events.PLANNED))
        await self.room.publish(self.room.message(*(recipients or (ADA,)), **{"octets": MESSAGE, **changes}))
        await until(lambda: len(self.happened(events.PLANNED)) > before)
        await until(self.is_over, 30)
        # What became of it is told after it has been written down.
        await until(
            lambda: self._ended() >= len({event.detail["job"] for event in self.happened(events.LEFT_TO_ADDONS)})
        )

    def _ended(self) -> int:
        """Give how often the last addon has answered."""
        done = [
            trace
            for trace in self.room.heard.traces
            if any((event.what, event.decided_by) == (events.JOB_DONE, ADDON) for event in trace.events)
        ]
        return sum(trace.outcome != events.QUEUED for trace in done)

    def stored(self, address: str = ADA) -> list[bytes]:
        """Give what lies in a mailbox."""
        return [path.read_bytes() for path in self.room.files(address)]


def with_addons(directory: Path | None, *hosts: str) -> Callable[[Platform], Platform]:
    def changed(platform: Platform) -> Platform:
        update = {"addons_dir": directory, "addon_hosts": hosts, "addon_memory_mib": 2048}
        return replace(platform, environment=platform.environment.model_copy(update=update))

    return changed


@asynccontextmanager
async def opened(room: Mailroom, directory: Path, *hosts: str) -> AsyncIterator[Office]:
    """Give an office with a processor running."""
    directory.mkdir(exist_ok=True)
    for name, script in PROGRAMS.items():
        path = directory / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    passwords = Passwords()
    changed = with_addons(directory, *hosts)
    await TokenStore(room.platform.database).ensure_first_token(TOKEN)
    async with (
        httpx.AsyncClient(
            transport=httpx.ASGITransport(build_app(changed(room.platform), passwords)),
            base_url="http://operator/api/v1",
            headers={"authorization": f"Bearer {TOKEN}"},
        ) as api,
        room.processor(changed),
    ):
        yield Office(room, api, directory)
    passwords.close()


async def holds() -> None:
    """Wait until a change holds everywhere."""
    await asyncio.sleep(0.6)
