"""Days with returned mail add up, are forgotten with time, and lead to a probe; only what comes back to it suspends."""

import pytest

from maildecide.lists.bounces.standing import DAY, Fault, Judgement, Standing, judge, probe_days

START = 20_000 * DAY
LIMIT, DECAY = 3, 7


def after(*faults: tuple[float, bool], limit: int = LIMIT, decay_days: int = DECAY) -> Judgement:
    """Give what the last of some faults leads to, each given by its day and whether it was the list's own message."""
    judgement = Judgement(Standing(), "nothing")
    for day, is_own in faults:
        fault = Fault(START + day * DAY, is_own=is_own)
        judgement = judge(judgement.standing, fault, limit=limit, decay_days=decay_days)
    return judgement


def posts(*days: float) -> list[tuple[float, bool]]:
    return [(day, False) for day in days]


@pytest.mark.parametrize(
    ("days", "score", "act"),
    [
        ((0,), 1, "count"),
        ((0, 0.2, 0.9), 1, "nothing"),
        ((0.9, 1.0), 2, "count"),
        ((0, 1, 2), 3, "probe"),
        ((0, 6), 2, "count"),
        ((0, 1, 7.5), 3, "probe"),
        ((0, 1, 8), 2, "count"),
        ((0, 1, 15.5), 1.5, "count"),
        ((0, 400), 1, "count"),
        ((5, 4), 1, "nothing"),
    ],
)
def test_a_day_counts_once_and_half_is_forgotten_in_time(days: tuple[float, ...], score: float, act: str) -> None:
    judgement = after(*posts(*days))
    assert judgement.standing.score == pytest.approx(score, abs=0.01)
    assert judgement.act == act


def test_nobody_is_probed_where_there_is_no_limit() -> None:
    judgement = after(*posts(*range(50)), limit=0)
    assert (judgement.act, judgement.standing.score, judgement.standing.probed_at) == ("count", 50, None)


def test_posts_that_come_back_after_the_probe_was_sent_change_nothing() -> None:
    judgement = after(*posts(0, 1, 2, 3, 4))
    assert judgement.act == "count"
    assert judgement.standing == Standing(3, START + 4 * DAY, START + 2 * DAY)


def test_what_comes_back_to_the_probe_suspends() -> None:
    assert after(*posts(0, 1, 2), (2.1, True)).act == "suspend"
    assert after(*posts(0, 1, 2), (9.0, True)).act == "suspend"


def test_what_was_heard_before_the_probe_was_sent_says_nothing_of_it() -> None:
    assert after(*posts(0, 1, 2), (1.9, True)).act == "count"


def test_nobody_is_suspended_by_a_probe_once_the_list_wants_none() -> None:
    probed = after(*posts(0, 1, 2)).standing
    judgement = judge(probed, Fault(START + 3 * DAY, is_own=True), limit=0, decay_days=DECAY)
    assert judgement == Judgement(Standing(3, START + 3 * DAY, probed.probed_at), "count")


def test_a_message_of_the_lists_own_before_the_probe_is_one_day_like_others() -> None:
    assert after(*posts(0, 1), (1.5, True)).act == "nothing"
    assert after(*posts(0, 1), (2.0, True)).act == "probe"


def test_whoever_says_nothing_to_a_probe_begins_anew() -> None:
    judgement = after(*posts(0, 1, 2, 9.5))
    assert (judgement.act, judgement.standing) == ("count", Standing(1, START + 9.5 * DAY))
    assert after(*posts(0, 1, 2), (9.5, True)).act == "count"


def test_a_probe_has_as_long_as_servers_try() -> None:
    assert [probe_days(days) for days in (1, 7, 30)] == [7, 7, 30]
    assert after(*posts(0, 0.5), (6, True), limit=1, decay_days=1).act == "suspend"
