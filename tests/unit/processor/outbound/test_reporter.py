"""Who gets a report, and what becomes of one that nobody takes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from tests.builders import MESSAGE, MESSAGE_ID, a_domain, a_forward, an_account, an_alias
from tests.fakes.directories import MemoryDirectory
from tests.list_builders import LIST, a_known_list

from mailcore.db.jobs import NewJob
from mailcore.directory.forward import Forward
from mailcore.directory.standing_orders import StandingOrders
from mailcore.dsn.report import Notice, Report
from mailcore.list_jobs import Resubmission
from mailcore.list_jobs import decode as decode_task
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.settings import DeliverySettings, RuntimeSettings
from maildecide.message.mail import decode as decode_mail
from processor.local_copy import decode as decode_copy
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.remote_mail import decode as decode_remote
from processor.outbound.report_writing import Written
from processor.outbound.reporter import Posted, Reporter

AT = 1_767_225_600.0
ADA, TEAM, KEN, GONE = "ada@example.com", "team@example.com", "ken@example.com", "gone@example.com"
POSTMASTER = "local .postmaster"


def reporter(orders: Mapping[str, StandingOrders] | None = None) -> Reporter:
    directory = MemoryDirectory(
        a_domain(),
        an_account(ADA),
        an_account("bea@example.com"),
        an_alias(TEAM, ADA, "bea@example.com"),
        an_alias(KEN, "ken@example.org"),
    )
    directory.lists[LIST] = a_known_list()
    directory.orders |= orders or {}
    return Reporter(directory)


def a_report(to: str) -> Written:
    notice = Notice("bea@example.org", "failed", "5.1.1", "550 5.1.1 Nobody", is_remote=True)
    report = Report(MESSAGE_ID, to, (notice,), "mx.example.com", AT, AT, b"")
    header = f"To: <{to}>\r\n".encode()
    return Written(report, header, InlineContent(header + b"\r\n"), is_8bit=not header.isascii())


async def posted(
    to: str, *, is_verified: bool = True, orders: Mapping[str, StandingOrders] | None = None, **delivery: Any
) -> Posted:
    settings = RuntimeSettings(delivery=DeliverySettings(**delivery))
    return await reporter(orders).post(a_report(to), settings, 7, is_verified=is_verified)


def ways(jobs: Sequence[NewJob]) -> list[str]:
    return [f"{job.kind} {job.destination}" for job in jobs]


@pytest.mark.parametrize(
    ("to", "delivery", "expected"),
    [
        (ADA, {}, ["local example.com/ada"]),
        (TEAM, {}, ["local example.com/ada", "local example.com/bea"]),
        (KEN, {}, ["outbound example.org"]),
        ("zoe@example.net", {}, ["outbound example.net"]),
        ("飛脚@example.net", {}, ["outbound example.net"]),
        ("postmaster@example.com", {}, [POSTMASTER]),
        # Nobody takes it.
        (GONE, {}, [POSTMASTER]),
        (GONE, {"undeliverable_address": ADA}, ["local example.com/ada"]),
        (GONE, {"undeliverable_address": TEAM}, ["local example.com/ada", "local example.com/bea"]),
        # An address that leads elsewhere, or nowhere, would lose it.
        (GONE, {"undeliverable_address": KEN}, [POSTMASTER]),
        (GONE, {"undeliverable_address": "also-gone@example.com"}, [POSTMASTER]),
        (GONE, {"undeliverable": "drop"}, []),
        (GONE, {"undeliverable": "drop", "undeliverable_address": ADA}, []),
        ("no address", {}, [POSTMASTER]),
        ("no address", {"undeliverable": "drop"}, []),
    ],
)
async def test_where_it_goes(to: str, delivery: dict[str, Any], expected: list[str]) -> None:
    found = await posted(to, **delivery)
    assert ways(found.jobs) == expected
    assert found.trashed == ()


@pytest.mark.parametrize(
    ("to", "forward", "is_processed"),
    [
        (LIST, None, True),
        (ADA, None, False),
        (ADA, a_forward("ken@example.org"), True),
        (ADA, a_forward("ken@example.org", keep_copy=False), True),
        # Once for all who are behind the address.
        (TEAM, a_forward("ken@example.org"), True),
        # Not what comes from nobody.
        (ADA, a_forward("ken@example.org", only_from=("bob@",)), False),
        ("bea@example.com", a_forward("ken@example.org"), False),
    ],
)
async def test_whoever_does_more_than_store_it_gets_it_as_any_mail(
    to: str, forward: Forward | None, is_processed: bool
) -> None:
    orders = {} if forward is None else {ADA: StandingOrders((forward,))}
    jobs = (await posted(to, orders=orders)).jobs
    if not is_processed:
        assert {job.kind for job in jobs} == {"local"}
        return
    (job,) = jobs
    task = decode_task(job.payload)
    assert isinstance(task, Resubmission)
    envelope = decode_mail(task.mail).envelope
    assert envelope == Envelope("", (Recipient(to, frozenset({"NEVER"})),))


@pytest.mark.parametrize("to", [ADA, TEAM, KEN, GONE, "zoe@example.net"])
async def test_it_comes_from_nobody_and_asks_for_nothing(to: str) -> None:
    for job in (await posted(to)).jobs:
        assert job.sender == ""
        if job.kind == "local":
            copy = decode_copy(job.payload)
            assert (copy.sender, copy.message_id) == ("", MESSAGE_ID)
        else:
            mail = decode_remote(job.payload)
            assert (mail.sender, mail.ret, mail.envid) == ("", None, None)
            assert [set(one.notify) for one in mail.recipients] == [{"NEVER"}]


async def test_only_a_sender_that_is_not_ascii_needs_smtputf8() -> None:
    for to, needs_it in (("zoe@example.net", False), ("飛脚@example.net", True)):
        (job,) = (await posted(to)).jobs
        assert decode_remote(job.payload).smtputf8 is needs_it


@pytest.mark.parametrize(
    ("to", "is_verified", "is_told"),
    [
        (ADA, False, True),
        (TEAM, False, True),
        ("zoe@example.net", True, True),
        ("zoe@example.net", False, False),
        (KEN, False, False),
        (GONE, False, False),
    ],
)
async def test_who_is_told_where_only_verified_senders_are(to: str, is_verified: bool, is_told: bool) -> None:
    found = await posted(to, is_verified=is_verified, dsn_policy="verified")
    assert (ways(found.jobs) == ["local .server-trash"]) is not is_told
    assert len(found.trashed) == (not is_told)
    assert (await posted(to, is_verified=is_verified)).trashed == ()


async def test_what_comes_from_nobody_is_kept_under_one_id() -> None:
    mail = RemoteMail(
        MESSAGE_ID, AT, 0, "", (RemoteRecipient("a@example.org"), RemoteRecipient("b@example.org")), b"",
        InlineContent(MESSAGE), 0,
    )  # fmt: skip
    keep, drop = (RuntimeSettings(delivery=DeliverySettings(undeliverable=kind)) for kind in ("keep", "drop"))
    (first,), (again,) = [await reporter().keep(mail, keep, now) for now in (AT, AT + 9)]
    assert first.id == again.id
    assert decode_copy(first.payload).recipient == "a@example.org, b@example.org"
    assert await reporter().keep(mail, drop, AT) == ()
    assert await reporter().keep(msgspec.structs.replace(mail, recipients=()), drop, AT) == ()
