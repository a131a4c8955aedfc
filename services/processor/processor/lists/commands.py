"""Does what a message to a list's control address asks for, line by line, and answers it.

All of it is one transaction with the end of the job: what was done is answered, and a message that comes again does
nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db import finished_jobs, list_rows, list_tokens
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import member_key
from mailcore.list_jobs import Commands
from mailcore.list_tokens import ListTokens
from mailcore.trace import Trace, TraceEvent
from maildecide.lists.commands.commander import commander_of, message_id_of, objection
from maildecide.lists.commands.facts import Password
from maildecide.lists.commands.judge import judge, may_go_untold
from maildecide.lists.commands.judgement import Do, Judgement, Say
from maildecide.lists.commands.plain_text import written_text
from maildecide.lists.commands.report import Reported, answers
from maildecide.lists.commands.script import Line, Script, read_script
from maildecide.message.made_here import subject_of
from maildecide.message.mail import Mail, decode
from processor.jobs.hints import hint
from processor.lists.command_facts import FactFinder
from processor.lists.ending import Tell, finish
from processor.lists.knowledge import beginning_of
from processor.lists.owner_passwords import OwnerPasswords
from processor.report import SERVICE

MOST_ANSWERS = 20
"""Answers that an address is sent on a day, whatever lists they are of: somebody else may have named it."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message with commands, read."""

    mail: Mail
    script: Script
    password: Password


class CommandsWork:
    """Does commands."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        content: ContentStore,
        tokens: ListTokens,
        passwords: OwnerPasswords,
        *,
        clock: Callable[[], float],
        chance: Callable[[int], bytes],
        revision: Callable[[], int],
        tell: Tell,
    ) -> None:
        """`chance` gives octets that nobody can foresee; `revision` that of the settings, for the trace."""
        self._database = database
        self._bus = bus
        self._content = content
        self._tokens = tokens
        self._passwords = passwords
        self._clock = clock
        self._chance = chance
        self._revision = revision
        self._tell = tell

    async def __call__(self, job: Job, task: Commands) -> None:
        """Do them, and end the job. Raises Transient when it is to be done again, or by another."""
        mail = decode(task.mail)
        against = objection(mail)
        if against is not None:
            async with self._database.transaction() as connection:
                await finish(connection, job, self._clock())
            told = {"list": job.destination, "reason": against}
            self._tell(job, self._trace(job, mail, events.DISCARDED, events.LIST_DROPPED, told))
            return
        message = await self._read(mail, task)
        async with self._database.transaction() as connection:
            is_done = bool(await finished_jobs.among(connection, [job.id]))
            await finish(connection, job, self._clock())
            done = None if is_done else await self._do(connection, task.list_id, message)
        if done is not None:
            clerk, told = done
            await hint(self._bus, clerk.told, self._clock())
            decided = (one.trace(SERVICE, self._revision()) for one in clerk.decided)
            self._tell(job, self._trace(job, mail, events.DELIVERED, events.LIST_ANSWERED, told), *decided)

    async def _read(self, mail: Mail, task: Commands) -> _Message:
        beginning = await beginning_of(mail, self._content)
        text = written_text(mail.header + b"\r\n" + beginning.removeprefix(b"\r\n"))
        script = read_script(subject_of(mail), text, marked=task.marked)
        line = _password_in(script)
        if line is None:
            return _Message(mail, script, "wrong")
        return _Message(mail, script, await self._passwords.worth(task.list_id, line.rest, mail.arrival.client.ip))

    async def _do(
        self, connection: AsyncConnection, list_id: int, message: _Message
    ) -> tuple[ListClerk, dict[str, str]] | None:
        """Do all lines, and answer; give None when the list is gone."""
        mailing_list = await list_rows.load_list_by_id(connection, list_id)
        if mailing_list is None:
            return None
        known = KnownList(mailing_list, "control", await list_rows.load_officers(connection, list_id))
        mail, now = message.mail, self._clock()
        address = commander_of(mail).address
        clerk = ListClerk(connection, known, self._tokens, Occasion(mail.arrival.id, address, now), self._chance)
        if _password_in(message.script) is not None and message.password == "wrong":  # noqa: S105 - no password
            await self._passwords.count(connection, list_id, mail.arrival.client.ip, now)
        is_told = await list_tokens.count(connection, f"answers {member_key(address)}", now, MOST_ANSWERS)
        reported = await self._lines(connection, clerk, known, message, now, is_told=is_told)
        told = {"list": known.address, "by": address, "done": _brief(reported)}
        if is_told:
            for answer in answers(known.list, address, message.script, reported, message_id_of(mail)):
                await clerk.carry_out(answer)
        else:
            told["unanswered"] = f"{address} has had {MOST_ANSWERS} answers today"
        return clerk, told

    async def _lines(
        self,
        connection: AsyncConnection,
        clerk: ListClerk,
        known: KnownList,
        message: _Message,
        now: float,
        *,
        is_told: bool,
    ) -> list[Reported]:
        finder = FactFinder(connection, known, self._tokens, now)
        commander, tried = commander_of(message.mail), False
        reported = []
        for line in message.script.lines:
            if line.command is None:
                reported.append(Reported(line, (Say("no_command"),)))
                continue
            if not (is_told or may_go_untold(commander, line.command)):
                reported.append(Reported(line, (Say("limited", {"address": commander.address}),)))
                continue
            # The first password counts: nobody tries many in one message.
            is_first = line.command.verb == "password" and not tried
            facts = await finder.facts(commander, line.command, message.password if is_first else "limited")
            tried = tried or is_first
            judgement = judge(facts, line.command)
            reported.append(Reported(line, await _carried_out(connection, clerk, judgement, now)))
            commander = replace(commander, has_password=commander.has_password or judgement.grants)
        return reported

    def _trace(self, job: Job, mail: Mail, outcome: str, event: str, told: dict[str, str]) -> Trace:
        now = self._clock()
        return Trace(
            message_id=UUID(job.message_id),
            service=SERVICE,
            at=now,
            outcome=outcome,
            settings_revision=self._revision(),
            sender=mail.envelope.sender,
            events=(TraceEvent(now, "list", event, decided_by=job.kind, detail=told | {"job": job.id}),),
        )


async def _carried_out(
    connection: AsyncConnection, clerk: ListClerk, judgement: Judgement, now: float
) -> tuple[Say, ...]:
    """Do what was decided about one line, and give what is said of it."""
    if judgement.uses is not None and not await list_tokens.use(connection, judgement.uses, now):
        return (Say("token_used"),)
    return tuple(
        [act.saying(await clerk.carry_out(act.deed)) if isinstance(act, Do) else act for act in judgement.acts]
    )


def _password_in(script: Script) -> Line | None:
    return next((line for line in script.lines if line.command is not None and line.command.verb == "password"), None)


def _brief(reported: list[Reported]) -> str:
    """Give what was done in a few words, without what was written behind the commands."""
    return ", ".join(
        f"{'?' if one.line.command is None else one.line.command.verb}: {' '.join(say.phrase for say in one.said)}"
        for one in reported
    )
