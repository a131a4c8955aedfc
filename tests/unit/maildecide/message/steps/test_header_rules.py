from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from tests.builders import a_context, a_header_rule, a_mail, an_account
from tests.unit.mailcore.mail.sections import SECTIONS, others

from mailcore.directory.header_rule import HeaderRule
from mailcore.directory.targets import AccountTarget, RemoteTarget, Resolution, ServerTarget
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Effect, SendRemote, StoreLocal, TrashOnServer, Undeliverable
from maildecide.message.mail import Mail
from maildecide.message.pipeline import run
from maildecide.message.plan import Plan
from maildecide.message.rules.compiled import HeaderRules
from maildecide.message.steps import header_rules, local_delivery

ADD = {"kind": "add_header", "name": "X-Rule", "value": "yes"}
ADA = StoreLocal("example.com/ada", "ada@example.com", "", "ada@example.com")
BEA = StoreLocal("example.com/bea", "bea@example.com", "", "bea@example.com")


def planned(*rules: HeaderRule, mail: Mail | None = None, **context: Any) -> Plan:
    numbered = [rule.model_copy(update={"id": number}) for number, rule in enumerate(rules, 1)]
    prepared = replace(a_context(), rules=HeaderRules(numbered), **context)
    return run((header_rules.apply, local_delivery.apply), mail or a_mail(), prepared)


def effects(plan: Plan) -> list[Effect]:
    return [one.effect for one in plan.effects]


def behind(**account: Any) -> dict[str, Resolution]:
    return {
        "bea@example.com": Resolution("found", (AccountTarget(an_account("bea@example.com", **account)),), "account")
    }


def test_without_rules_nothing_is_asked_for() -> None:
    assert list(header_rules.apply(a_mail(), a_context())) == []


@pytest.mark.parametrize(
    ("action", "header"),
    [
        (ADD, b"From: bob@example.net\r\nSubject: hello\r\nX-Rule: yes\r\n"),
        (
            {"kind": "set_header", "name": "SUBJECT", "value": "飛脚"},
            b"From: bob@example.net\r\nSUBJECT: =?UTF-8?B?6aOb6ISa?=\r\n",
        ),
        ({"kind": "remove_header", "name": "subject"}, b"From: bob@example.net\r\n"),
        ({"kind": "rename_header", "name": "subject", "to": "X-Was"}, b"From: bob@example.net\r\nX-Was: hello\r\n"),
        ({"kind": "prefix_subject", "text": "[x] "}, b"From: bob@example.net\r\nSubject: [x] hello\r\n"),
    ],
)
def test_edits(action: dict[str, str], header: bytes) -> None:
    plan = planned(a_header_rule(action))
    assert effects(plan) == [ADA]
    assert plan.effects[0].mail == msgspec.structs.replace(a_mail(), header=header)


def test_a_later_rule_sees_what_an_earlier_one_did() -> None:
    sees = a_header_rule("discard", when=[{"kind": "header", "name": "x-rule", "op": "equals", "value": "YES"}])
    assert planned(sees, a_header_rule(ADD)).ended_by is None
    assert planned(a_header_rule(ADD), sees).reason == "dropped by header rule 2 (a rule)"


def test_stop_ends_the_rules_and_nothing_else() -> None:
    plan = planned(a_header_rule(ADD, "stop", "discard"), a_header_rule("discard"))
    assert effects(plan) == [ADA]
    assert b"X-Rule" in plan.effects[0].mail.header


def test_a_rule_that_is_off_does_nothing() -> None:
    assert planned(a_header_rule("discard", enabled=False)).notes == ()


@pytest.mark.parametrize(
    ("action", "folder"),
    [("put_into_trash", ".Trash"), ({"kind": "put_into_folder", "folder": "Work/2026"}, ".Work.2026")],
)
def test_folders(action: Any, folder: str) -> None:
    assert effects(planned(a_header_rule(action))) == [replace(ADA, folder=folder)]


def test_what_is_for_elsewhere_has_only_the_server_s_trash() -> None:
    plan = planned(a_header_rule("put_into_trash"), target=RemoteTarget("ken@example.org"))
    assert effects(plan) == [TrashOnServer("ada@example.com")]
    assert plan.ended_by == "header_rules"


def test_rejected_after_the_session() -> None:
    plan = planned(a_header_rule(ADD, {"kind": "reject", "text": "no such thing"}, ADD))
    assert effects(plan) == [Undeliverable("ada@example.com", "no such thing", "5.7.1")]
    assert plan.reason == "refused by header rule 1 (a rule)"
    assert [one.note.event for one in plan.notes] == ["rule_applied", "rule_rejected"]


def test_copies_and_redirections_go_to_whoever_is_behind_the_address() -> None:
    to_bea = {"kind": "copy_to", "to": ["bea@example.com"]}
    plan = planned(a_header_rule(to_bea, ADD), resolutions=behind())
    assert effects(plan) == [BEA, ADA]
    assert [b"X-Rule" in one.mail.header for one in plan.effects] == [False, True]
    plan = planned(a_header_rule({**to_bea, "kind": "redirect"}), resolutions=behind())
    assert (effects(plan), plan.reason) == ([BEA], "sent to others by header rule 1 (a rule)")


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ({"enabled": False}, "the account is disabled"),
        ({"cancel_list": ("*@example.net",)}, "the account's cancel list names the sender"),
        ({"max_receive_size": 10}, "the account takes messages of up to 10 octets"),
    ],
)
def test_what_an_account_refuses_it_refuses_from_rules_too(account: dict[str, Any], why: str) -> None:
    rule = a_header_rule({"kind": "copy_to", "to": ["bea@example.com"]})
    plan = planned(rule, resolutions=behind(**account))
    assert effects(plan) == [ADA]
    assert dict(plan.notes[0].note.detail)["did"] == f"copy_to bea@example.com; bea@example.com: {why}"
    redirect = a_header_rule({"kind": "redirect", "to": ["bea@example.com"]})
    refused = Undeliverable("ada@example.com", "nobody of bea@example.com takes it")
    assert effects(planned(redirect, resolutions=behind(**account))) == [refused]


def test_an_address_behind_which_nobody_is_left_does_not_cost_the_message() -> None:
    rule = a_header_rule({"kind": "redirect", "to": ["bea@example.com"]})
    assert effects(planned(rule)) == [Undeliverable("ada@example.com", "nobody of bea@example.com takes it")]


def test_addresses_elsewhere() -> None:
    to_ken = {"kind": "copy_to", "to": ["ken@example.org"]}
    resolutions = {"ken@example.org": Resolution("unmanaged")}
    copy = SendRemote("ken@example.org", "example.org", "NEVER", "", "ada@example.com")
    assert effects(planned(a_header_rule(to_ken), resolutions=resolutions)) == [copy, ADA]
    recipient = Recipient("ada@example.com", frozenset({"FAILURE", "DELAY"}), "rfc822;ada@example.com")
    mail = a_mail(envelope=Envelope("bob@example.net", (recipient,)))
    plan = planned(a_header_rule({**to_ken, "kind": "redirect"}), mail=mail, resolutions=resolutions)
    assert effects(plan) == [replace(copy, notify="DELAY,FAILURE", original="rfc822;ada@example.com")]


def test_the_server_s_own_mailbox() -> None:
    rule = a_header_rule({"kind": "copy_to", "to": ["postmaster@example.com"]})
    plan = planned(rule, resolutions={"postmaster@example.com": Resolution("found", (ServerTarget(),), "role")})
    assert effects(plan)[0] == StoreLocal(".postmaster", "postmaster@example.com")


@pytest.mark.parametrize("marks", [Marks(incomplete=True), Marks(banned="tag_subject")])
def test_what_is_incomplete_or_from_a_banned_client_stays_here_and_is_never_answered(marks: Marks) -> None:
    mail = a_mail(marks=marks)
    for kind in ("copy_to", "redirect"):
        rule = a_header_rule({"kind": kind, "to": ["bea@example.com"]})
        assert effects(planned(rule, mail=mail, resolutions=behind())) == [ADA]
    plan = planned(a_header_rule("reject"), mail=mail)
    assert (effects(plan), plan.ended_by) == ([], "header_rules")


def test_the_trace_names_the_rule_and_what_it_did() -> None:
    (noted,) = planned(a_header_rule("discard", when=[{"kind": "size", "at_least": 10**6}]), a_header_rule(ADD)).notes
    assert noted.brief() == {
        "event": "rule_applied",
        "step": "header_rules",
        "rule": "2",
        "name": "a rule",
        "did": "add_header X-Rule",
    }


@given(SECTIONS)
def test_every_other_field_stays_as_it_is(section: bytes) -> None:
    rule = a_header_rule(
        {"kind": "prefix_subject", "text": "【広告】"},
        {"kind": "set_header", "name": "X-A", "value": "飛脚"},
        {"kind": "rename_header", "name": "Bcc", "to": "X-A"},
    )
    plan = planned(rule, mail=a_mail(header=section))
    after = plan.effects[0].mail.header
    touched = {b"subject", b"x-a", b"bcc"}
    assert _without(after, touched) == _without(section, touched)


def _without(section: bytes, names: set[bytes]) -> list[bytes]:
    return [raw for raw in others(section, b"") if raw.partition(b":")[0].strip().lower() not in names]
