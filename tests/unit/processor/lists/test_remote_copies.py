"""Copies for other servers: parted by destination and by the hundred, under ids that a repeat makes again."""

from uuid import UUID

import pytest
from tests.builders import an_incoming

from mailcore.mail.content import StoredContent
from mailcore.mail.envelope import Envelope
from maildecide.lists.posted import Posted
from maildecide.message.mail import Arrival, Mail
from processor.lists.remote_copies import PATIENCE, RemoteCopy, remote_jobs
from processor.outbound.remote_mail import decode

BOUNCES = "birds-bounces@example.com"
CONTENT = StoredContent("k1", 5000)


def posted(token_at: int = -1) -> Posted:
    came = an_incoming("birds@example.com")
    arrival = Arrival(UUID(int=7), 1_000.0, came.server, came.client)
    mail = Mail(Envelope(BOUNCES, ()), b"", b"Subject: herons\r\n", CONTENT, 0, arrival, came.marks)
    return Posted(mail, token_at)


def copies(*counts: tuple[str, int]) -> list[RemoteCopy]:
    return [
        RemoteCopy(f"m{n:04}@{domain}", f"to-{n}@example.com", f"t{n}") for domain, many in counts for n in range(many)
    ]


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ([], []),
        ([("a.example", 1)], [("a.example", 1)]),
        ([("a.example", 100)], [("a.example", 100)]),
        ([("a.example", 101)], [("a.example", 100), ("a.example", 1)]),
        (
            [("a.example", 250), ("b.example", 2)],
            [("a.example", 100), ("a.example", 100), ("a.example", 50), ("b.example", 2)],
        ),
    ],
)
def test_a_job_is_for_a_hundred_of_one_destination(counts: list[tuple[str, int]], sizes: list[tuple[str, int]]) -> None:
    some = copies(*counts)
    jobs = remote_jobs(posted(), some, settings_revision=3, now=1_001.0)
    assert [(job.destination, len(job.recipients)) for job in jobs] == sizes
    assert [address for job in jobs for address in job.recipients] == [copy.address for copy in some]
    assert len({job.id for job in jobs}) == len(jobs)
    assert jobs == remote_jobs(posted(), some, settings_revision=3, now=1_001.0)
    assert {(job.content, job.patience, job.message_id) for job in jobs} <= {("k1", PATIENCE, str(UUID(int=7)))}


def test_each_member_has_his_own_sender_and_token_in_it() -> None:
    (job,) = remote_jobs(posted(token_at=4), copies(("a.example", 2)), settings_revision=3, now=1_001.0)
    mail = decode(job.payload)
    assert [(one.address, one.sender, one.token) for one in mail.recipients] == [
        ("m0000@a.example", "to-0@example.com", "t0"),
        ("m0001@a.example", "to-1@example.com", "t1"),
    ]
    assert (mail.sender, mail.signers, mail.token_at, mail.is_verified) == (BOUNCES, ("example.com",), 4, True)
    assert {one.notify for one in mail.recipients} == {frozenset({"FAILURE"})}
