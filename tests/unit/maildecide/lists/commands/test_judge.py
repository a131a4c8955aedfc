"""What becomes of each command, as tables: who says what, what is done, and what is said of it."""

from dataclasses import replace
from typing import Any, get_args
from uuid import UUID

import pytest
from tests.list_builders import a_member
from tests.unit.maildecide.lists.commands.judging import (
    ADA,
    HELD,
    MEMBER,
    NEW,
    NOW,
    OLGA,
    OWNERS,
    facts_of,
    judged,
    outcome,
)

from mailcore.directory.past_post import PastPost
from mailcore.list_deeds import (
    Ask,
    ChangeAddress,
    Decide,
    Deed,
    Join,
    Leave,
    SendAgain,
    SetDelivery,
    TokenDetail,
)
from maildecide.lists.commands.facts import Commander, CommandFacts
from maildecide.lists.commands.judge import JUDGES, may_go_untold
from maildecide.lists.commands.judgement import Judgement, Say
from maildecide.lists.commands.vocabulary import Command, Verb

ASK_JOIN = Ask("subscribe", "confirm_subscribe", ADA, (ADA,), TokenDetail(name="Ada L"))
REQUEST = Ask("join_request", "join_request", ADA, OWNERS, TokenDetail(name="Ada L"), {"text": "Ada L"})


@pytest.mark.parametrize(
    ("subscription", "verified", "deeds", "phrase"),
    [
        ("open", False, [Join(ADA, "Ada L")], "joined"),
        ("confirm", True, [ASK_JOIN], "asked_to_confirm"),
        ("confirm_and_approve", True, [ASK_JOIN], "asked_to_confirm"),
        ("approve", True, [REQUEST], "waits_for_owner"),
        ("approve", False, [ASK_JOIN], "asked_to_confirm"),
        ("closed", True, [], "joining_closed"),
    ],
)
def test_people_subscribe_as_the_list_says(subscription: str, verified: bool, deeds: list[Deed], phrase: str) -> None:
    assert outcome("subscribe Ada L", facts_of(subscription=subscription, verified=verified)) == (deeds, [phrase])
    assert outcome("登録", facts_of(subscription=subscription, member=True)) == ([], ["already_member"])


@pytest.mark.parametrize(
    ("unsubscription", "deeds", "phrase"),
    [
        ("open", [Leave(ADA)], "left"),
        ("confirm", [Ask("unsubscribe", "confirm_unsubscribe", ADA, (ADA,))], "asked_to_confirm"),
        ("approve", [Ask("leave_request", "leave_request", ADA, OWNERS)], "waits_for_owner"),
        ("closed", [], "leaving_closed"),
    ],
)
def test_people_leave_as_the_list_says(unsubscription: str, deeds: list[Deed], phrase: str) -> None:
    assert outcome("unsubscribe birds", facts_of(unsubscription=unsubscription, member=True)) == (deeds, [phrase])
    assert outcome("退会", facts_of(unsubscription=unsubscription)) == ([], ["not_member"])


@pytest.mark.parametrize("own", ["birds@example.com", "BIRDS-request@example.com", "birds-bounces@example.com"])
def test_no_list_is_made_a_member_of_itself(own: str) -> None:
    assert outcome("subscribe", facts_of(own, subscription="open")) == ([], ["unfit"])


@pytest.mark.parametrize("verb", get_args(Verb))
def test_what_nobody_hears_of_is_done_for_those_who_are_known_to_want_it(verb: Verb) -> None:
    shows = verb in {"confirm", "approve", "reject", "discard", "password"}
    assert may_go_untold(Commander(ADA), Command(verb)) is shows
    for known in (Commander(ADA, is_verified=True), Commander(ADA, has_password=True)):
        assert may_go_untold(known, Command(verb))


@pytest.mark.parametrize(
    ("line", "called", "name"),
    [
        ("subscribe", "Ada Lovelace", "Ada Lovelace"),
        ("subscribe 山田 花子", "Ada Lovelace", "山田 花子"),
        ("subscribe ada@example.net", "Ada", "Ada"),
        ("subscribe Birds", "Ada", "Ada"),
        ("subscribe", "", ""),
        ("subscribe A\u200dd\u202ea \x07", "", "A d a"),
        ("subscribe", "x" * 300, "x" * 200),
    ],
)
def test_a_member_is_called_as_he_says_or_else_as_his_mail_does(line: str, called: str, name: str) -> None:
    facts = facts_of(subscription="open", commander=Commander(ADA, name=called))
    assert outcome(line, facts) == ([Join(ADA, name)], ["joined"])


@pytest.mark.parametrize(("delivery", "phrase"), [("on", "already_member"), ("off", "already_stopped")])
def test_a_member_who_subscribes_once_more_learns_why_nothing_comes(delivery: str, phrase: str) -> None:
    facts = replace(facts_of(subscription="open"), member=a_member(ADA, delivery=delivery))
    assert outcome("subscribe", facts) == ([], [phrase])


def test_an_address_behind_subscribe_is_no_name_and_nobody_elses_subscription() -> None:
    assert outcome("subscribe eve@example.net", facts_of(subscription="open")) == ([Join(ADA)], ["joined"])


@pytest.mark.parametrize(
    ("line", "deeds", "phrase"),
    [
        ("on", [SetDelivery(ADA, "on")], "delivery_on"),
        ("off", [SetDelivery(ADA, "off")], "delivery_off"),
        ("noskip", [SetDelivery(ADA, "on")], "delivery_on"),
        ("digest", [SetDelivery(ADA, "digest")], "delivery_digest"),
        ("matome plain", [SetDelivery(ADA, "digest", "plain")], "delivery_digest"),
        ("digest MIME", [SetDelivery(ADA, "digest", "mime")], "delivery_digest"),
        ("digest weekly", [], "wrong_arguments"),
        ("off eve@example.net", [], "owners_only"),
    ],
)
def test_members_say_how_they_get_posts(line: str, deeds: list[Deed], phrase: str) -> None:
    assert outcome(line, facts_of(member=True)) == (deeds, [phrase])


ASK_OLD = Ask("old_address", "confirm_address", ADA, (ADA,), TokenDetail(new=NEW), {"new": NEW})
ASK_NEW = Ask("new_address", "confirm_address", ADA, (NEW,), TokenDetail(new=NEW), {"new": NEW})
ASK_NOBODY = Ask("old_address", "confirm_address", ADA, (), TokenDetail(new=NEW), {"new": NEW})


@pytest.mark.parametrize(
    ("line", "facts", "deeds", "phrase"),
    [
        (f"chaddr {NEW}", facts_of(member=True), [ASK_OLD], "asked_to_confirm"),
        (f"chaddr {NEW}", facts_of(member=True, verified=True), [ASK_NEW], "asked_to_confirm"),
        (f"chaddr {ADA} <{NEW}>", facts_of(member=True), [ASK_OLD], "asked_to_confirm"),
        (f"chaddr {ADA} {NEW}", facts_of(NEW, other=MEMBER), [ASK_OLD], "asked_at_address"),
        (f"chaddr {ADA} {NEW}", facts_of(NEW), [ASK_NOBODY], "asked_at_address"),
        (f"chaddr {ADA} {NEW}", facts_of("eve@example.net"), [], "owners_only"),
        (f"chaddr {ADA} {NEW}", facts_of(OLGA, verified=True), [ChangeAddress(ADA, NEW)], "member_moved"),
        (f"chaddr {NEW}", facts_of(), [], "not_member"),
        ("chaddr ADA@example.net", facts_of(member=True), [], "same_address"),
        ("chaddr nothing", facts_of(member=True), [], "bad_address"),
        ("chaddr", facts_of(member=True), [], "wrong_arguments"),
    ],
)
def test_both_addresses_agree_to_a_change(line: str, facts: CommandFacts, deeds: list[Deed], phrase: str) -> None:
    assert outcome(line, facts) == (deeds, [phrase])


POSTS = (PastPost(3, NOW, "herons"), PastPost(4, NOW, "storks"))


@pytest.mark.parametrize(
    ("line", "facts", "deeds", "phrase"),
    [
        ("summary", facts_of(member=True, posts=POSTS), [], "summary"),
        ("summary 1-9", facts_of(member=True), [], "no_posts"),
        ("summary all", facts_of(member=True), [], "wrong_arguments"),
        ("summary", facts_of(posts=POSTS), [], "members_only"),
        ("summary", facts_of(member=True, archive=False), [], "no_archive"),
        ("get 3", facts_of(member=True), [SendAgain(ADA, (3,))], "posts_sent"),
        ("mget 3 5-7 5", facts_of(member=True), [SendAgain(ADA, (3, 5, 6, 7))], "posts_sent"),
        ("get last", facts_of(member=True, posts=POSTS), [SendAgain(ADA, (4,))], "posts_sent"),
        ("get 1-20", facts_of(member=True), [SendAgain(ADA, tuple(range(1, 21)))], "posts_sent"),
        ("get 1-999999999999", facts_of(member=True), [SendAgain(ADA, tuple(range(1, 21)))], "first_posts_sent"),
        ("get 1-19 30 31", facts_of(member=True), [SendAgain(ADA, (*range(1, 20), 30))], "first_posts_sent"),
        ("get １２－１３", facts_of(member=True), [SendAgain(ADA, (12, 13))], "posts_sent"),  # noqa: RUF001 - as it is typed
        (
            "get 1 3 5 7 9 11 13 15 17 19 21",
            facts_of(member=True),
            [SendAgain(ADA, tuple(range(1, 22, 2)))],
            "posts_sent",
        ),
        ("get 7-5", facts_of(member=True), [], "wrong_arguments"),
        ("get that", facts_of(member=True), [], "wrong_arguments"),
        ("get", facts_of(member=True), [], "wrong_arguments"),
        ("get 3", facts_of(), [], "members_only"),
    ],
)
def test_members_look_back(line: str, facts: CommandFacts, deeds: list[Deed], phrase: str) -> None:
    assert outcome(line, facts) == (deeds, [phrase])


EVE = "eve@example.net"
INVITED = Ask("invitation", "invitation", EVE, (EVE,), values={"text": ""})


@pytest.mark.parametrize(
    ("line", "deeds", "phrases"),
    [
        (f"add {EVE}", [Join(EVE)], ["member_added"]),
        (f"add {EVE} nothing {ADA}", [Join(EVE), Join(ADA)], ["member_added", "bad_address", "member_added"]),
        (f"remove {EVE}", [Leave(EVE)], ["member_removed"]),
        (f"invite {EVE}", [INVITED], ["invited"]),
        (f"off {EVE}", [SetDelivery(EVE, "off")], ["delivery_off"]),
        ("add", [], ["wrong_arguments"]),
        ("members", [], ["no_members"]),
        (f"approve {HELD}", [Decide(HELD, "approve")], ["approved"]),
        (f"reject {HELD} why not", [Decide(HELD, "reject", "why not")], ["rejected"]),
    ],
)
def test_owners_do_it_to_others_by_address_or_password(line: str, deeds: list[Deed], phrases: list[str]) -> None:
    assert outcome(line, facts_of(OLGA, verified=True)) == (deeds, phrases)
    by_password = replace(facts_of(EVE), commander=Commander(EVE, has_password=True))
    assert outcome(line, by_password) == (deeds, phrases)
    assert outcome(line, facts_of(OLGA)) == ([], ["unverified"])
    assert outcome(line, facts_of("bob@example.net", member=True, verified=True)) == ([], ["owners_only"])


def test_moderators_may_decide_on_posts_and_nothing_else() -> None:
    mona = facts_of("mona@example.com", verified=True)
    assert outcome(f"discard {UUID(HELD)}", mona) == ([Decide(HELD, "discard")], ["discarded"])
    assert outcome(f"add {EVE}", mona) == ([], ["owners_only"])


@pytest.mark.parametrize(
    ("worth", "phrase", "grants"),
    [("right", "password_right", True), ("wrong", "password_wrong", False), ("limited", "password_limited", False)],
)
def test_the_password_opens_what_stands_below(worth: Any, phrase: str, grants: bool) -> None:
    judgement = judged("password secret", facts_of(password=worth))
    assert ([act.phrase for act in judgement.acts if isinstance(act, Say)], judgement.grants) == ([phrase], grants)


def test_members_are_shown_with_what_is_unusual_about_them() -> None:
    shown = (a_member(ADA, name="Ada"), a_member(OLGA, role="owner", delivery="off"))
    judgement = judged("members", facts_of(OLGA, verified=True, members=shown, has_more=True))
    first, second = judgement.acts
    assert isinstance(first, Say)
    assert first.values["members"] == f"  {ADA} Ada\n  {OLGA} [owner] [off]"
    assert second == Say("more_members", {"usage": "members TEXT"})


def test_every_word_of_the_vocabulary_is_judged() -> None:
    assert set(JUDGES) == set(get_args(Verb))


@pytest.mark.parametrize("verb", JUDGES)
def test_every_command_is_judged_without_arguments_whoever_sends_it(verb: Verb) -> None:
    for facts in (facts_of(), facts_of(member=True), facts_of(OLGA, verified=True)):
        assert isinstance(judged(verb, facts), Judgement)
