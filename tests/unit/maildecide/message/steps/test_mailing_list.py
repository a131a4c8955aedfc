from typing import Any

import msgspec
import pytest
from tests import list_builders
from tests.builders import ARRIVAL, a_context, an_account
from tests.list_builders import LIST, a_list_target, a_poster

from mailcore import events
from mailcore.authentication.results import Authentication
from mailcore.directory.mailing_list import ListRole
from mailcore.directory.targets import AccountTarget, ListTarget
from mailcore.mail.envelope import Recipient
from mailcore.mail.incoming import Marks
from mailcore.verp import VerpMark
from maildecide.lists.knowledge import ListKnowledge
from maildecide.message.actions import (
    Action,
    Confirm,
    Distribute,
    Done,
    HoldPost,
    ListCommand,
    ListReturn,
    Note,
    Undeliverable,
)
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.steps import mailing_list

HEADER = b"From: ada@example.com\r\nSubject: hello\r\n"


def a_post(header: bytes = HEADER, sender: str = "ada@example.com", **marks: Any) -> Mail:
    mail = list_builders.a_post(header + b"\r\nA heron.\r\n", sender=sender)
    return msgspec.structs.replace(mail, marks=Marks(**marks))


def context_of(target: ListTarget, **knowledge: Any) -> Context:
    known = ListKnowledge(**({"posters": (a_poster(),)} | knowledge))
    return a_context(LIST, target=target, lists={7: known})


def told(actions: list[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Note | Done)]


def test_what_is_for_no_list_passes() -> None:
    context = a_context("ada@example.com", target=AccountTarget(an_account()))
    assert list(mailing_list.apply(a_post(), context)) == []


def test_a_post_goes_to_the_members_and_nowhere_else() -> None:
    assert list(mailing_list.apply(a_post(), context_of(a_list_target()))) == [
        Distribute(7, LIST, "ada@example.com"),
        Done("it goes to the members of the list"),
    ]


@pytest.mark.parametrize("role", ["control", "request"])
def test_what_is_for_the_list_itself_is_a_command(role: ListRole) -> None:
    assert told(list(mailing_list.apply(a_post(), context_of(a_list_target(role))))) == [ListCommand(7, LIST)]


def test_an_automatic_answer_is_no_command() -> None:
    mail = a_post(HEADER + b"Auto-Submitted: auto-replied\r\n")
    actions = list(mailing_list.apply(mail, context_of(a_list_target("request"))))
    assert told(actions) == []
    assert [action.event for action in actions if isinstance(action, Note)] == [events.LIST_DROPPED]


@pytest.mark.parametrize(
    ("notify", "is_told"),
    [
        ((), False),
        (("NEVER",), False),
        (("FAILURE", "DELAY"), False),
        (("SUCCESS",), True),
        (("SUCCESS", "FAILURE", "DELAY"), True),
    ],
)
@pytest.mark.parametrize("role", ["post", "control", "request", "bounces"])
def test_what_a_list_takes_is_delivered(role: ListRole, notify: tuple[str, ...], is_told: bool) -> None:
    """RFC 3461 5.2.7.1: to whichever of its addresses it came; who is not told of that is told by nobody else."""
    asking = Recipient(LIST, frozenset(notify), "rfc822;birds@example.com")
    mail = list_builders.a_post(recipients=(asking,))
    actions = told(list(mailing_list.apply(mail, context_of(a_list_target(role)))))
    expected = [Confirm(LIST, "delivered", "rfc822;birds@example.com")] if is_told else []
    assert actions[1:] == expected
    nobodys = list_builders.a_post(recipients=(asking,), sender="")
    assert len(told(list(mailing_list.apply(nobodys, context_of(a_list_target(role)))))) == 1


@pytest.mark.parametrize("role", ["post", "control", "request", "bounces"])
def test_the_null_sender_is_a_report_and_never_sent_out(role: ListRole) -> None:
    actions = list(mailing_list.apply(a_post(sender=""), context_of(a_list_target(role))))
    assert told(actions) == [ListReturn(7, LIST)]


def test_what_comes_back_names_the_member_where_the_address_does() -> None:
    context = context_of(a_list_target("bounces", VerpMark(46, 9)))
    assert told(list(mailing_list.apply(a_post(), context))) == [ListReturn(7, LIST, 46, 9)]


def test_one_address_for_both_takes_commands_by_their_first_line_and_posts() -> None:
    target = a_list_target(control_address=LIST)
    command = context_of(target, beginning=b"\r\n# help\r\n")
    assert told(list(mailing_list.apply(a_post(), command))) == [ListCommand(7, LIST, marked=True)]
    post = context_of(target, beginning=b"\r\nNo command.\r\n")
    assert told(list(mailing_list.apply(a_post(), post))) == [Distribute(7, LIST, "ada@example.com")]


STRANGER = (a_poster("eve@example.net", member=False),)


def test_a_refused_post_is_told_to_its_sender() -> None:
    actions = list(mailing_list.apply(a_post(), context_of(a_list_target(), posters=STRANGER)))
    why = "only members may post to the list"
    assert actions[0] == Note(events.LIST_REFUSED, (("list", LIST), ("reason", why), ("setting", "posting=members")))
    assert actions[1:] == [Undeliverable(LIST, why, "5.7.2"), Done(why)]


def test_its_sender_is_told_why_in_the_language_of_the_list_and_operators_in_english() -> None:
    target = a_list_target(language="ja")
    noted, told_sender, done = mailing_list.apply(a_post(), context_of(target, posters=STRANGER))
    why = "only members may post to the list"
    assert noted == Note(events.LIST_REFUSED, (("list", LIST), ("reason", why), ("setting", "posting=members")))
    assert (told_sender, done) == (Undeliverable(LIST, "会員だけが投稿できます", "5.7.2"), Done(why))


def test_a_refused_post_is_dropped_where_the_list_is_silent() -> None:
    actions = list(mailing_list.apply(a_post(), context_of(a_list_target(refusal="silent"), posters=STRANGER)))
    assert told(actions) == []
    why, setting = "only members may post to the list", "posting=members, refusal=silent"
    assert actions[0] == Note(events.LIST_DROPPED, (("list", LIST), ("reason", why), ("setting", setting)))


def test_a_refused_post_waits_where_the_list_says_so() -> None:
    actions = list(mailing_list.apply(a_post(), context_of(a_list_target(refusal="hold"), posters=STRANGER)))
    setting = "posting=members, refusal=hold"
    assert told(actions) == [
        HoldPost(7, LIST, "eve@example.net", "only members may post to the list", ("olga@example.com",), setting)
    ]


def test_a_moderated_post_waits() -> None:
    actions = told(list(mailing_list.apply(a_post(), context_of(a_list_target(moderation="all")))))
    why, setting = "every post is looked at first", "moderation=all"
    assert actions == [HoldPost(7, LIST, "ada@example.com", why, ("olga@example.com",), setting)]


def test_what_has_been_through_the_list_is_dropped_whatever_the_list_does_with_refused_posts() -> None:
    mail = a_post(HEADER + b"X-Loop: Birds@Example.com\r\n")
    actions = list(mailing_list.apply(mail, context_of(a_list_target(refusal="hold"))))
    assert told(actions) == []


@pytest.mark.parametrize(
    ("marks", "account", "waits"),
    [
        ({}, None, True),
        ({"authentication": Authentication()}, None, True),
        ({"authentication": Authentication(is_aligned=True)}, None, False),
        ({}, "ada@example.com", False),
        ({}, "eve@example.com", True),
    ],
)
def test_a_list_that_asks_for_it_holds_what_nobody_stands_by(
    marks: dict[str, Any], account: str | None, waits: bool
) -> None:
    client = msgspec.structs.replace(ARRIVAL.client, account=account)
    mail = msgspec.structs.replace(a_post(**marks), arrival=msgspec.structs.replace(ARRIVAL, client=client))
    actions = told(list(mailing_list.apply(mail, context_of(a_list_target(post_auth="aligned")))))
    assert isinstance(actions[0], HoldPost) == waits
