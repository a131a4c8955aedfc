"""Asks one addon about a message, and gives the message as it is afterwards. Whatever it does, the message goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from mailcore.addon_limits import AddonLimits
from mailcore.content.interface import ContentStore
from mailcore.directory.addon import Addon
from mailcore.mail.header_edits import with_field
from mailcore.settings import SmtpSettings
from maildecide.message.addons.answer import MOST_FIELDS, Meaning, fields_of, meaning, text_of
from maildecide.message.addons.facts import facts
from maildecide.message.addons.verdict import AddonVerdict
from processor.addons.addon_run import AddonRun
from processor.addons.changed_message import with_message
from processor.addons.hook import ask_hook
from processor.addons.program import ProgramLimits, run_program
from processor.addons.response import AddonFailed, AddonLater, Response
from processor.addons.spool import Spool, spooled

_MIB = 1024 * 1024
_ROOM = _MIB
"""Octets by which an answer may be longer than the message, where that may be no larger."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an addon has made of a message."""

    run: AddonRun
    """The message as it is now, that addon's turn taken."""
    did: str = ""
    """What it did, in a word; empty where there is no result."""
    why: str = ""
    """Why there is none, or what it said."""
    seconds: float = 0.0


class Asking:
    """Asks addons."""

    def __init__(
        self, content: ContentStore, limits: AddonLimits, settings: Callable[[], SmtpSettings], memory_mib: int
    ) -> None:
        """`limits`: what the deployment allows; `memory_mib`: what a program may ask for."""
        self._content = content
        self._limits = limits
        self._settings = settings
        self._memory = memory_mib * _MIB

    async def ask(self, addon: Addon, run: AddonRun, attempt: int) -> Asked:
        """Ask `addon`. Raises AddonLater, and what reading and writing content raises."""
        began = time.monotonic()
        rest = msgspec.structs.replace(run, addons=run.addons[1:])
        try:
            async with spooled(run, run.body_start, self._content) as spool:
                response = await self._response(addon, run, spool, attempt)
                changed, did = await self._applied(addon, rest, response)
                return Asked(changed, did, response.said, time.monotonic() - began)
        except (AddonFailed, ValueError, OSError) as error:
            return Asked(rest, why=str(error) or type(error).__name__, seconds=time.monotonic() - began)

    async def _response(self, addon: Addon, run: AddonRun, spool: Spool, attempt: int) -> Response:
        settings = self._settings()
        told = facts(run.incoming, run.recipients, addon.name, attempt)
        most = max(settings.max_message_size, spool.message.stat().st_size + _ROOM)
        seconds = settings.addon_timeout_seconds
        if addon.command is not None:
            program = str(self._limits.program(addon.command[0]))
            limits = ProgramLimits(self._memory, most, seconds)
            return await run_program((program, *addon.command[1:]), told, spool, limits)
        return await ask_hook(self._limits.url(addon.url or ""), told, spool, most=most, seconds=seconds)

    async def _applied(self, addon: Addon, run: AddonRun, response: Response) -> tuple[AddonRun, str]:
        """Give the message with the answer, and what that was. Raises AddonFailed, AddonLater, ValueError."""
        found = meaning(response.code)
        match found:
            case "pass":
                return run, "passed it"
            case "replace":
                return await with_message(run, response.output, self._content), "changed it"
            case "add":
                fields = fields_of(_short(response.output))
                return msgspec.structs.replace(run, header=with_field(run.header, fields)), "added header fields"
            case "later":
                raise AddonLater(response.said or "it asks for another time")
            case "failed":
                why = f"it ended with {response.code}, which means nothing here"
                raise AddonFailed(f"{why}: {response.said}" if response.said else why)
            case "discard" | "trash":
                return msgspec.structs.replace(run, verdict=AddonVerdict(found, addon.name)), _did(found)
            case "reject":
                verdict = AddonVerdict(found, addon.name, text_of(_short(response.output)))
                return msgspec.structs.replace(run, verdict=verdict), _did(found)


def _did(found: Meaning | Literal["discard", "reject", "trash"]) -> str:
    return {"discard": "dropped it", "reject": "refused it", "trash": "put it into the trash"}[found]


def _short(path: Path) -> bytes:
    with path.open("rb") as file:
        octets = file.read(MOST_FIELDS + 1)
    if len(octets) > MOST_FIELDS:
        raise ValueError(f"there is more than {MOST_FIELDS} octets in the answer")
    return octets
