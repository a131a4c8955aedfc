import json

import pytest
from prometheus_client import CollectorRegistry
from tests.builders import a_mail, an_incoming

from mailcore import events
from mailcore.metrics import Metrics
from maildecide.message.actions import StoreLocal, Undeliverable
from maildecide.message.plan import Plan, Planned
from processor import report
from processor.effects.executed import Executed
from processor.effects.outcome import Outcome

ADA = Planned(StoreLocal("example.com/ada", "ada@example.com"), a_mail(), "local_delivery")
BEA = Planned(StoreLocal("example.com/bea", "bea@example.com"), a_mail(), "local_delivery")
GONE = Planned(Undeliverable("gone@example.com", "gone"), a_mail(), "local_delivery")
STORED = Outcome(events.DELIVERED, events.STORED)
POSTPONED = Outcome(events.DEFERRED, events.POSTPONED, {"reason": "full"})
DEAD = Outcome(events.DEAD, events.DEAD_LETTER)


def test_each_recipient_has_its_result_and_the_message_the_worst() -> None:
    plans = [
        Plan("ada@example.com", (ADA,)),
        Plan("bea@example.com", (BEA,), place=1),
        Plan("alias@example.com", (), shared=(BEA,), place=2),
        Plan("nobody@example.com", (), "filter", "discarded", place=3),
    ]
    trace = report.trace_of(an_incoming(), plans, [Executed(0, ADA, STORED), Executed(1, BEA, POSTPONED)], 7, 9.0)
    assert [(one.address, one.outcome) for one in trace.recipients] == [
        ("ada@example.com", events.DELIVERED),
        ("bea@example.com", events.DEFERRED),
        ("alias@example.com", events.DEFERRED),
        ("nobody@example.com", events.DISCARDED),
    ]
    assert (trace.outcome, trace.settings_revision, trace.at) == (events.DEFERRED, 7, 9.0)
    assert [event.what for event in trace.events] == [events.PLANNED] * 4 + [events.STORED, events.POSTPONED]
    assert trace.events[-1].detail == {"reason": "full"}
    assert json.loads(trace.events[0].detail["plan"])["effects"][0]["mailbox"] == "example.com/ada"


def test_a_dead_letter_is_what_an_operator_must_know_first() -> None:
    plans = [Plan("gone@example.com", (GONE,)), Plan("ada@example.com", (ADA,), place=1)]
    executed = [Executed(0, GONE, DEAD), Executed(1, ADA, POSTPONED)]
    assert report.trace_of(an_incoming(), plans, executed, 0, 1.0).outcome == events.DEAD


def test_a_recipient_with_several_behind_it_is_told_once_with_the_worst() -> None:
    plans = [Plan("both@example.com", (ADA,), target="ada@example.com"), Plan("both@example.com", (BEA,))]
    executed = [Executed(0, ADA, STORED), Executed(1, BEA, POSTPONED)]
    trace = report.trace_of(an_incoming(), plans, executed, 0, 1.0)
    assert [(one.address, one.outcome) for one in trace.recipients] == [("both@example.com", events.DEFERRED)]
    assert [event.recipient for event in trace.events] == ["both@example.com"] * 4


@pytest.mark.parametrize(
    ("outcome", "sample", "labels"),
    [
        (STORED, "hikyaku_delivered_total", {"effect": "store_local"}),
        (Outcome(events.DELIVERED, events.STORED_ALREADY), "hikyaku_repeated_total", {"effect": "store_local"}),
        (POSTPONED, "hikyaku_deferred_total", {"effect": "store_local"}),
        (DEAD, "hikyaku_dead_letters_total", {}),
    ],
)
def test_everything_is_counted(outcome: Outcome, sample: str, labels: dict[str, str]) -> None:
    registry = CollectorRegistry()
    report.count(Metrics(registry), [Executed(0, ADA, outcome), Executed(0, ADA, outcome)])
    assert registry.get_sample_value(sample, labels) == 2
