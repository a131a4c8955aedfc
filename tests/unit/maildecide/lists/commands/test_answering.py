"""What becomes of answers to what the list has asked, as tables."""

from typing import Any

import pytest
from tests.unit.maildecide.lists.commands.judging import ADA, HELD, NEW, NOW, OLGA, OWNERS, facts_of, judged, outcome

from mailcore.list_deeds import (
    NO_DETAIL,
    Ask,
    ChangeAddress,
    Decide,
    Deed,
    Join,
    Leave,
    Tell,
    Token,
    TokenDetail,
    TokenKind,
)


def a_token(kind: TokenKind, detail: TokenDetail = NO_DETAIL, **changes: Any) -> Token:
    values: dict[str, Any] = {
        "id": "d",
        "list_id": 7,
        "kind": kind,
        "address": ADA,
        "detail": detail,
        "at": 0.0,
        "expires_at": NOW + 1,
    }
    return Token(**values | changes)


BY_OLGA = TokenDetail(officer=OLGA, name="Ada", held=HELD)
REFUSED = Tell("request_refused", (ADA,), {"member": ADA, "reason": "too many"})


@pytest.mark.parametrize(
    ("line", "token", "deeds", "phrase"),
    [
        ("confirm t", a_token("subscribe", TokenDetail(name="Ada")), [Join(ADA, "Ada")], "joined"),
        ("確認 t", a_token("invitation"), [Join(ADA)], "joined"),
        ("confirm t", a_token("unsubscribe"), [Leave(ADA)], "left"),
        ("reject t", a_token("unsubscribe"), [], "declined"),
        ("confirm t", a_token("new_address", TokenDetail(new=NEW)), [ChangeAddress(ADA, NEW)], "moved"),
        (
            "confirm t",
            a_token("old_address", TokenDetail(new=NEW)),
            [Ask("new_address", "confirm_address", ADA, (NEW,), TokenDetail(new=NEW), {"new": NEW})],
            "asked_to_confirm",
        ),
        ("approve t", a_token("join_request", BY_OLGA), [Join(ADA, "Ada")], "member_added"),
        ("confirm t", a_token("join_request", BY_OLGA), [Join(ADA, "Ada")], "member_added"),
        ("reject t too many", a_token("join_request", BY_OLGA), [REFUSED], "rejected"),
        ("却下 t too many", a_token("leave_request", BY_OLGA), [REFUSED], "rejected"),
        ("discard t", a_token("join_request", BY_OLGA), [], "discarded"),
        ("承認 t", a_token("leave_request", BY_OLGA), [Leave(ADA)], "member_removed"),
        ("approve t", a_token("held", BY_OLGA), [Decide(HELD, "approve")], "approved"),
        ("reject t too many", a_token("held", BY_OLGA), [Decide(HELD, "reject", "too many")], "rejected"),
        ("破棄 t", a_token("held", BY_OLGA), [Decide(HELD, "discard")], "discarded"),
    ],
)
def test_a_token_does_what_it_was_sent_for(line: str, token: Token, deeds: list[Deed], phrase: str) -> None:
    """Whoever sends it: it was sent to one address alone."""
    facts = facts_of("somebody@example.net", token=token)
    assert outcome(line, facts) == (deeds, [phrase])
    assert judged(line, facts).uses == token


@pytest.mark.parametrize(
    ("kind", "policies", "deeds", "phrase"),
    [
        ("unsubscribe", {"unsubscription": "open"}, [Leave(ADA)], "left"),
        ("unsubscribe", {"unsubscription": "closed"}, [], "leaving_closed"),
        ("unsubscribe", {"unsubscription": "approve"}, [Ask("leave_request", "leave_request", ADA, OWNERS)], None),
        ("subscribe", {"subscription": "open"}, [Join(ADA)], "joined"),
        ("subscribe", {"subscription": "closed"}, [], "joining_closed"),
        ("invitation", {"subscription": "closed"}, [Join(ADA)], "joined"),
    ],
)
def test_it_is_done_as_the_list_says_by_then(
    kind: TokenKind, policies: dict[str, Any], deeds: list[Deed], phrase: str | None
) -> None:
    facts = facts_of("somebody@example.net", token=a_token(kind), **policies)
    assert outcome("confirm t", facts) == (deeds, [phrase or "waits_for_owner"])


@pytest.mark.parametrize(
    ("token", "phrase"),
    [
        (None, "no_token"),
        (a_token("subscribe", list_id=8), "no_token"),
        (a_token("subscribe", used_at=NOW - 9), "token_used"),
        (a_token("subscribe", expires_at=NOW), "token_expired"),
        (a_token("join_request", TokenDetail(officer="gone@example.net")), "no_token"),
        (a_token("join_request", TokenDetail(officer="mona@example.com")), "no_token"),
    ],
)
def test_a_token_that_is_worth_nothing_does_nothing(token: Token | None, phrase: str) -> None:
    facts = facts_of(token=token)
    assert outcome("confirm t", facts) == ([], [phrase])
    assert judged("confirm t", facts).uses is None


def test_moderators_decide_on_posts_and_owners_on_people() -> None:
    token = a_token("held", TokenDetail(officer="mona@example.com", held=HELD))
    assert outcome("approve t", facts_of(token=token)) == ([Decide(HELD, "approve")], ["approved"])


@pytest.mark.parametrize(
    ("subscription", "deeds", "phrase"),
    [
        ("closed", [], "joining_closed"),
        (
            "confirm_and_approve",
            [Ask("join_request", "join_request", ADA, OWNERS, TokenDetail(name=""), {"text": ""})],
            "waits_for_owner",
        ),
    ],
)
def test_a_confirmation_does_what_the_list_says_by_then(subscription: str, deeds: list[Deed], phrase: str) -> None:
    facts = facts_of(token=a_token("subscribe"), subscription=subscription)
    assert outcome("confirm t", facts) == (deeds, [phrase])
