"""What becomes of a copy that its mailbox does not take, as its time goes by."""

from pathlib import Path
from typing import cast

import msgspec
import pytest
from prometheus_client import CollectorRegistry
from tests.builders import MESSAGE_ID, a_mail

from mailcore import events
from mailcore.content.local import LocalContentStore
from mailcore.db.jobs import Job
from mailcore.directory.lookup import Directory
from mailcore.metrics import Metrics
from mailcore.settings import DeliverySettings
from maildecide.message.actions import StoreLocal
from processor.jobs.kinds import Followed, Postponed
from processor.jobs.local import LocalWork
from processor.local_copy import LocalCopy, decode, encode, local_copy
from processor.mail_stores import MailStores
from processor.mailbox_errors import MailboxAway, MailboxFull, MailboxRefused, MailboxUnsure
from processor.mailbox_quota import Quotas
from processor.mailboxes import Mailboxes
from processor.outbound.remote_mail import decode as decode_report
from processor.usage_book import UsageBook

LIFETIME = float(DeliverySettings().lifetime_seconds)
COPY = local_copy(
    StoreLocal("example.com/ada", "ada@example.com", account="ada@example.com"), a_mail(), settings_revision=7
)
SILENT = msgspec.structs.replace(COPY, wish=None)
AWAY = MailboxAway("451 4.3.0 Not today")
FULL = MailboxFull("452 4.2.2 Full")
UNSURE = MailboxUnsure("the connection was lost")


class Refusing:
    """A server that takes nothing, for one reason; implements `processor.mail_stores.Handover`."""

    def __init__(self, why: Exception) -> None:
        self._why = why

    async def store(self, copy: LocalCopy) -> None:
        """Refuse it."""
        raise self._why

    async def close(self) -> None:
        """Have nothing to let go of."""


async def worked(copy: LocalCopy, why: Exception, age: float) -> Followed | Postponed:
    """Have a copy of that age refused."""
    # All here is for accounts, whose mailboxes the server has.
    stores = MailStores(cast("Mailboxes", None), Refusing(why))
    work = LocalWork(stores, Metrics(CollectorRegistry()), lambda: copy.accepted_at + age, DeliverySettings)
    done = await work(Job("a", "local", copy.mailbox, 2, str(MESSAGE_ID), encode(copy), None, copy.accepted_at))
    assert isinstance(done, Followed | Postponed)
    return done


@pytest.mark.parametrize("why", [AWAY, FULL, UNSURE])
async def test_it_waits_until_its_time_is_over(why: MailboxAway) -> None:
    done = await worked(COPY, why, LIFETIME - 1)
    assert isinstance(done, Postponed)
    assert done.why == str(why)
    is_unsure = done.payload is not None and decode(done.payload).is_unsure
    assert is_unsure == (why is UNSURE)


@pytest.mark.parametrize(
    ("why", "status", "says"),
    [
        (AWAY, "5.4.7", "the message could not be delivered in time; the last try: 451 4.3.0 Not today"),
        (UNSURE, "5.4.7", "the message could not be delivered in time; the last try: the connection was lost"),
        (FULL, "5.2.2", "452 4.2.2 Full"),
        (MailboxRefused("550 5.1.1 Nobody", "5.1.1"), "5.1.1", "550 5.1.1 Nobody"),
    ],
)
async def test_then_its_sender_is_told(why: Exception, status: str, says: str) -> None:
    done = await worked(COPY, why, LIFETIME)
    assert isinstance(done, Followed)
    (job,) = done.jobs
    report = decode_report(job.payload)
    assert (report.refusal_status, report.refusal, report.sender) == (status, says, "bob@example.net")
    assert [event.what for event in done.trace.events] == [events.NOT_STORED]
    assert done.trace.outcome == events.FAILED


@pytest.mark.parametrize("why", [AWAY, FULL, UNSURE])
async def test_of_what_nobody_is_told_an_operator_hears(why: MailboxAway) -> None:
    with pytest.raises(MailboxRefused):
        await worked(SILENT, why, LIFETIME)


async def test_whoever_waits_for_it_hears_that_it_was_not_taken() -> None:
    done = await worked(msgspec.structs.replace(COPY, partings=("p",)), AWAY, LIFETIME)
    assert isinstance(done, Followed)
    assert done.ended is not None
    assert (done.ended.partings, done.ended.is_taken) == (("p",), False)


async def test_what_is_for_a_mailbox_of_the_server_waits_for_ever(tmp_path: Path) -> None:
    """Nobody else has it; a file where the directory should be stands for a disk that takes nothing."""
    (tmp_path / ".postmaster").write_text("")
    copy = msgspec.structs.replace(COPY, mailbox=".postmaster", owner="", account="")
    quotas = Quotas(cast("Directory", None), cast("UsageBook", None))
    stores = MailStores(Mailboxes(tmp_path, LocalContentStore(tmp_path / "content"), lambda: 0.0, quotas))
    work = LocalWork(stores, Metrics(CollectorRegistry()), lambda: copy.accepted_at + 10 * LIFETIME, DeliverySettings)
    done = await work(Job("a", "local", copy.mailbox, 2, str(MESSAGE_ID), encode(copy), None, copy.accepted_at))
    await stores.close()
    assert isinstance(done, Postponed)
