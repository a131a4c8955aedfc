from dataclasses import replace
from typing import Any

import pytest
from tests.builders import a_context, a_header_rule, a_mail, an_account, an_envelope
from tests.list_builders import LIST, a_list_target, a_post, a_poster

from mailcore.directory.header_rule import HeaderRule
from mailcore.directory.targets import ListTarget, Resolution
from mailcore.mail.incoming import Marks, StandardFields
from maildecide.lists.knowledge import ListKnowledge
from maildecide.message.context import Context
from maildecide.message.foreseeing import Foreseen, foresee, foreseen_rejection
from maildecide.message.rules.compiled import HeaderRules
from maildecide.session.facts import Rejection

REJECT = a_header_rule({"kind": "reject", "text": "no"})
FOR_ADA = a_header_rule({"kind": "reject", "text": "not ada"}, scope="ada@example.com")


def contexts(*rules: HeaderRule, **changes: Any) -> list[Context]:
    numbered = HeaderRules(rule.model_copy(update={"id": number}) for number, rule in enumerate(rules, 1))
    return [
        replace(a_context(f"{name}@example.com", **changes), rules=numbered, place=place)
        for place, name in enumerate(("ada", "bea"))
    ]


@pytest.mark.parametrize(
    ("rules", "rejection"),
    [
        ([], None),
        ([REJECT], Rejection(1, "no")),
        ([FOR_ADA], None),
        ([FOR_ADA, REJECT], Rejection(1, "not ada")),
        ([a_header_rule("discard"), REJECT], None),
        ([a_header_rule("stop"), REJECT], None),
        ([a_header_rule({"kind": "copy_to", "to": ["eve@example.com"]}), REJECT], Rejection(2, "no")),
        ([a_header_rule({"kind": "add_header", "name": "X", "value": "y"}), REJECT], Rejection(2, "no")),
    ],
)
def test_only_what_is_rejected_for_everybody(rules: list[HeaderRule], rejection: Rejection | None) -> None:
    mail = a_mail(envelope=an_envelope("ada@example.com", "bea@example.com"))
    assert foreseen_rejection(mail, contexts(*rules)) == rejection


def test_what_went_to_somebody_else_is_not_refused() -> None:
    copies = contexts(a_header_rule({"kind": "copy_to", "to": ["bea@example.com"]}), REJECT)
    behind = a_context("bea@example.com").target
    assert behind is not None
    sent_to = {"bea@example.com": Resolution("found", (behind,), "account")}
    assert foreseen_rejection(a_mail(), [replace(one, resolutions=sent_to) for one in copies]) is None


def test_nobody_is_left_to_be_rejected() -> None:
    assert foreseen_rejection(a_mail(), []) is None


def test_what_an_account_refuses_by_itself_is_another_matter() -> None:
    refusing = contexts(REJECT, account=an_account(cancel_list=("*",)))
    assert foreseen_rejection(a_mail(), refusing) is None


def test_rules_see_what_rows_6_to_9_and_the_marks_have_written() -> None:
    rule = a_header_rule({"kind": "reject", "text": "no"}, when=[{"kind": "header", "name": "Date", "op": "exists"}])
    assert foreseen_rejection(a_mail(), contexts(rule)) is None
    dated = a_mail(marks=Marks(fields=StandardFields(date="if_missing")))
    assert foreseen_rejection(dated, contexts(rule)) == Rejection(1, "no")


SIZE = f"the list takes posts of up to 1 octets; this one has {a_post().content.size}"
REFUSED = Rejection(0, "only members may post to the list", LIST, "posting=members")


def for_lists(*targets: ListTarget, is_member: bool = False) -> list[Context]:
    knows = {7: ListKnowledge((a_poster(member=is_member),))}
    return [replace(a_context(LIST), target=target, lists=knows) for target in targets]


@pytest.mark.parametrize(
    ("changes", "foreseen"),
    [
        ({}, Foreseen(REFUSED)),
        ({"refusal": "silent"}, Foreseen(None)),
        ({"refusal": "hold"}, Foreseen(None)),
        ({"posting": "anyone"}, Foreseen(None, (LIST,))),
        ({"posting": "anyone", "moderation": "all"}, Foreseen(None)),
        # It may be a command, which only the body tells.
        ({"control_address": LIST}, Foreseen(None)),
        ({"posting": "anyone", "max_size": 1}, Foreseen(Rejection(0, SIZE, LIST, "max_size=1"))),
    ],
)
def test_what_becomes_of_a_post(changes: dict[str, Any], foreseen: Foreseen) -> None:
    assert foresee(a_post(), for_lists(a_list_target(**changes))) == foreseen


def test_a_post_that_somebody_else_gets_is_taken_whatever_one_list_says() -> None:
    refusing, open_to_all = a_list_target(), a_list_target(posting="anyone")
    assert foresee(a_post(), for_lists(refusing, open_to_all)) == Foreseen(None, (LIST,))
    assert foresee(a_post(), [*for_lists(refusing), *contexts()[:1]]) == Foreseen(None)
    assert foresee(a_post(), [*for_lists(refusing), *contexts(REJECT)[:1]]) == Foreseen(REFUSED)
    assert foresee(a_post(), []) == Foreseen(None)


def test_a_member_s_post_goes_out_and_a_command_is_no_post() -> None:
    assert foresee(a_post(), for_lists(a_list_target(), is_member=True)) == Foreseen(None, (LIST,))
    assert foresee(a_post(), for_lists(a_list_target("request"))) == Foreseen(None)
