from uuid import UUID

import pytest
from tests.builders import mail_facts, rcpt_facts, smtp_settings
from tests.fakes.resolver import ScriptedResolver, found

from ingress.seam import MailCommand
from ingress.strangers import Strangers
from ingress.trace_book import TraceBook
from ingress.transaction import Transaction, Visit
from mailcore import replies
from mailcore.db.settings_store import Snapshot
from mailcore.dns.interface import Answer
from maildecide.session.stages import Refusal

PTR = "1.2.0.192.in-addr.arpa PTR"
SNAPSHOT = Snapshot(
    1,
    smtp_settings(
        reverse_dns="must_exist", unknown_sender_domain="reject_permanent", dns_block_lists=("bl.test",), dns_attempts=7
    ),
)
NAMELESS = Refusal("reverse_dns", replies.CLIENT_NAMELESS)
MISSING = Refusal("sender_domain", replies.SENDER_DOMAIN_MISSING)


def a_transaction() -> Transaction:
    return Transaction(UUID(int=1), SNAPSHOT, "192.0.2.1", MailCommand("bob@example.net"), TraceBook())


@pytest.mark.parametrize(
    ("answers", "refusal", "queries", "sender_domain"),
    [
        ({}, NAMELESS, [PTR], None),
        ({PTR: found("a.test")}, MISSING, [PTR, "example.net ANY"], "missing"),
        ({PTR: found("a.test"), "example.net ANY": found()}, None, [PTR, "example.net ANY"], "exists"),
    ],
)
async def test_a_sender_is_looked_up_until_the_first_refusal(
    answers: dict[str, Answer], refusal: Refusal | None, queries: list[str], sender_domain: str | None
) -> None:
    resolver, transaction = ScriptedResolver(answers), a_transaction()
    assert await Strangers(resolver).judge_sender(Visit(SNAPSHOT), transaction, mail_facts()) == refusal
    assert resolver.queries == queries
    assert transaction.sender_domain == sender_domain


async def test_a_recipients_client_is_looked_up_in_the_lists() -> None:
    resolver = ScriptedResolver({"1.2.0.192.bl.test A": found("127.0.0.2")})
    refusal = await Strangers(resolver).judge_recipient(Visit(SNAPSHOT), a_transaction(), rcpt_facts())
    assert refusal == Refusal("block_lists", replies.CLIENT_LISTED.about(zone="bl.test"))


async def test_nothing_is_looked_up_that_nothing_needs() -> None:
    resolver, transaction = ScriptedResolver({}), a_transaction()
    transaction.snapshot = Snapshot(2, smtp_settings())
    strangers, visit = Strangers(resolver), Visit(SNAPSHOT)
    assert await strangers.judge_sender(visit, transaction, mail_facts()) is None
    assert await strangers.judge_recipient(visit, transaction, rcpt_facts()) is None
    assert resolver.queries == []
