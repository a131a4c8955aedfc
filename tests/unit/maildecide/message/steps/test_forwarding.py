from collections.abc import Mapping
from email import message_from_bytes, policy
from typing import Any

import msgspec
import pytest
from tests.builders import ARRIVAL, a_context, a_forward, a_mail, an_account, an_envelope, resolved, smtp_settings

from mailcore import events
from mailcore.directory.folder_name import TRASH
from mailcore.directory.standing_orders import StandingOrders
from mailcore.directory.targets import Resolution, ServerTarget
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks
from mailcore.srs import SrsKeys
from maildecide.message.actions import Effect, Reenter, SendRemote, StoreLocal, TakeBack, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.pipeline import plan_message, run
from maildecide.message.plan import Plan, Planned
from maildecide.message.steps import forwarding, local_delivery

SRS = SrsKeys([b"a" * 32])
LEE = {"lee@example.org": Resolution("unmanaged")}
ADA, BEA, CEC = (f"{name}@example.com" for name in ("ada", "bea", "cec"))
KEN = "ken@example.org"
STEPS = (forwarding.apply, local_delivery.apply)


def context(forwards: Mapping[str, Any], recipient: str = ADA, **changes: Any) -> Context:
    """Give a context in which accounts forward; an account is made for each address of example.com that is named."""
    orders = {
        address: StandingOrders(tuple(each) if isinstance(each, tuple) else (each,))
        for address, each in forwards.items()
    }
    accounts = {address: an_account(address) for address in (ADA, BEA, CEC)} | changes.pop("accounts", {})
    resolutions = {address: resolved(account) for address, account in accounts.items() if account is not None}
    resolutions |= {KEN: Resolution("unmanaged"), **changes.pop("resolutions", {})}
    return a_context(recipient, orders=orders, resolutions=resolutions, **changes)


def plan(forwards: Mapping[str, Any], mail: Mail | None = None, **changes: Any) -> Plan:
    return run(STEPS, mail or a_mail(), context(forwards, **changes))


def places(planned: Plan) -> list[str]:
    return [_place(one.effect) for one in carried(planned)]


def carried(planned: Plan) -> list[Planned]:
    """Give what brings it anywhere now."""
    return [one for one in planned.effects if not isinstance(one.effect, TakeBack)]


def _place(effect: Effect) -> str:
    match effect:
        case StoreLocal(mailbox, _, folder):
            return f"{mailbox}{folder and '/'}{folder}"
        case SendRemote(address):
            return f"to {address}"
        case Undeliverable(recipient):
            return f"undeliverable {recipient}"
        case Reenter(recipient):
            return f"in again {recipient}"
        case _:
            raise AssertionError(effect)


def noted(planned: Plan) -> list[str]:
    return [one.note.event for one in planned.notes]


@pytest.mark.parametrize(
    ("forwards", "expected"),
    [
        ({}, ["example.com/ada"]),
        ({ADA: a_forward(BEA)}, ["example.com/bea", "example.com/ada"]),
        ({ADA: a_forward(BEA, keep_copy=False)}, ["example.com/bea"]),
        ({ADA: a_forward(BEA, KEN, keep_copy=False)}, ["example.com/bea", f"to {KEN}"]),
        ({ADA: a_forward(BEA, enabled=False, keep_copy=False)}, ["example.com/ada"]),
        ({ADA: (a_forward(BEA, only_from=["ken"]), a_forward(KEN, keep_copy=False))}, [f"to {KEN}"]),
        # Onward, each with its own say about a copy.
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(CEC)}, ["example.com/cec", "example.com/bea"]),
        ({ADA: a_forward(BEA, CEC, keep_copy=False), BEA: a_forward(CEC, keep_copy=False)}, ["example.com/cec"]),
        # In circles: the last mailbox has it.
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(ADA, keep_copy=False)}, ["example.com/bea"]),
        ({ADA: a_forward(BEA), BEA: a_forward(ADA, keep_copy=False)}, ["example.com/bea", "example.com/ada"]),
        (
            {
                ADA: a_forward(BEA, keep_copy=False),
                BEA: a_forward(CEC, keep_copy=False),
                CEC: a_forward(ADA, KEN, keep_copy=False),
            },
            [f"to {KEN}"],
        ),
    ],
)
def test_where_it_goes(forwards: Mapping[str, Any], expected: list[str]) -> None:
    assert places(plan(forwards)) == expected


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (a_mail(marks=Marks(banned="tag_subject")), "marked"),
        (a_mail(marks=Marks(banned="add_header")), "marked"),
        (a_mail(marks=Marks(sender_domain_missing=True)), "marked"),
        (a_mail(marks=Marks(incomplete=True)), "incomplete"),
        (a_mail(folder=TRASH), "trashed"),
    ],
)
def test_what_never_leaves(mail: Mail, why: str) -> None:
    mailbox = "example.com/ada/.Trash" if why == "trashed" else "example.com/ada"
    planned = plan({ADA: a_forward(BEA, KEN, keep_copy=False)}, mail)
    assert places(planned) == [mailbox]
    assert dict(planned.notes[0].note.detail)["reason"] == f"the message is {why}"


@pytest.mark.parametrize(
    "header",
    [
        b"Delivered-To: ADA@example.com\r\n",
        b"Delivered-To: bea@example.com\r\n",
        b"Received: x\r\n" * 4,
    ],
)
def test_what_comes_back_stays(header: bytes) -> None:
    settings = smtp_settings(max_hops=5)
    mail = a_mail(header=header)
    planned = plan({ADA: a_forward(BEA, keep_copy=False)}, mail, settings=settings)
    assert places(planned) == ["example.com/ada"]
    assert events.FORWARD_STOPPED in noted(planned)


def test_without_a_limit_hops_do_not_count() -> None:
    mail = a_mail(header=b"Received: x\r\n" * 200)
    assert places(plan({ADA: a_forward(KEN, keep_copy=False)}, mail, settings=smtp_settings(max_hops=0))) == [
        f"to {KEN}"
    ]


def test_of_a_remote_address_only_its_own_field_stops_it() -> None:
    forwards = {ADA: a_forward(KEN, keep_copy=False)}
    assert places(plan(forwards, a_mail(header=b"Delivered-To: ken@example.org\r\n"))) == ["example.com/ada"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"accounts": {BEA: None}}, ["example.com/ada/.Trash", f"undeliverable {ADA}"]),
        ({"accounts": {BEA: an_account(BEA, enabled=False)}}, ["example.com/ada/.Trash", f"undeliverable {ADA}"]),
        ({"resolutions": {BEA: resolved(ServerTarget())}}, [".postmaster"]),
        ({"accounts": {BEA: an_account(BEA, cancel_list=("*@example.net",))}}, []),
        ({"accounts": {BEA: an_account(BEA, max_receive_size=1)}}, ["example.com/bea"]),
    ],
)
def test_who_does_not_take_it(changes: dict[str, Any], expected: list[str]) -> None:
    assert places(plan({ADA: a_forward(BEA, keep_copy=False)}, **changes)) == expected
    kept = places(plan({ADA: a_forward(BEA)}, **changes))
    assert kept == [place for place in expected if "ada" not in place] + ["example.com/ada"]


def test_of_several_targets_one_is_enough() -> None:
    planned = plan({ADA: a_forward(BEA, CEC, keep_copy=False)}, accounts={BEA: None})
    assert places(planned) == ["example.com/cec"]
    assert events.FORWARD_REFUSED in noted(planned)


def test_a_disabled_account_forwards_nothing() -> None:
    planned = plan({ADA: a_forward(BEA, keep_copy=False)}, account=an_account(ADA, enabled=False))
    assert places(planned) == ["example.com/ada"]


def test_the_message_is_the_same_but_for_its_trail() -> None:
    mail = a_mail(envelope=Envelope("bob@example.net", (Recipient(ADA, frozenset({"FAILURE"}), "rfc822;a"),)))
    planned = plan({ADA: a_forward(BEA, KEN, keep_copy=False), BEA: a_forward(CEC)}, mail)
    for one in carried(planned):
        assert (one.mail.header, one.mail.content) == (mail.header, mail.content)
        assert one.mail.trace_fields.startswith(b"Delivered-To: ")
    cec, bea, ken = carried(planned)
    assert [one.mail.envelope for one in (bea, ken)] == [mail.envelope] * 2
    # Bea has kept it: nobody is told of what she sent on.
    assert cec.mail.envelope == Envelope("bob@example.net", (Recipient(ADA, frozenset({"NEVER"}), "rfc822;a"),))
    assert (
        cec.mail.trace_fields
        == b"Delivered-To: bea@example.com\r\nDelivered-To: ada@example.com\r\nReceived: by us\r\n"
    )
    assert bea.mail.trace_fields == ken.mail.trace_fields == b"Delivered-To: ada@example.com\r\nReceived: by us\r\n"
    assert ken.effect == SendRemote(KEN, "example.org", "FAILURE", "rfc822;a", ADA)


def test_nobody_is_told_of_a_copy_while_the_message_is_here() -> None:
    planned = plan({ADA: a_forward(KEN)})
    assert planned.effects[0].effect == SendRemote(KEN, "example.org", "NEVER", "", ADA)


def test_a_copy_for_an_account_that_is_a_recipient_too_is_stored_once() -> None:
    mail = a_mail(envelope=an_envelope(ADA, BEA))
    forwards = {ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(ADA, keep_copy=False)}
    planned = plan_message(STEPS, mail, [context(forwards), context(forwards, BEA, place=1)])
    assert sorted(place for one in planned for place in places(one)) == ["example.com/ada", "example.com/bea"]


def notice_of(header: bytes, **changes: Any) -> tuple[SendRemote, Mail]:
    content = InlineContent(header + b"\r\nbody\r\n")
    mail = a_mail(header=header, content=content, body_start=len(header), **changes)
    planned = plan({ADA: a_forward(KEN, content="subject", keep_copy=False)}, mail)
    (one,) = carried(planned)
    assert isinstance(one.effect, SendRemote)
    return one.effect, one.mail


def test_a_new_message_names_sender_and_subject() -> None:
    header = b"Subject: =?utf-8?b?6aOb6ISa?= 1\r\nFrom: Bob <bob@example.net>\r\nX: secret\r\n"
    effect, mail = notice_of(header)
    assert isinstance(mail.content, InlineContent)
    message = message_from_bytes(mail.header + mail.content.octets[mail.body_start :], policy=policy.default)
    assert mail.envelope.sender == ""
    assert effect.notify == "NEVER"
    assert message["From"] == ADA
    assert message["To"] == KEN
    assert message["Subject"] == "飛脚 1"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert "bob@example.net" in message.get_content()
    assert "飛脚 1" in message.get_content()
    assert b"secret" not in mail.content.octets
    assert effect.made == str(mail.arrival.id)


def test_a_repeat_makes_the_same() -> None:
    assert notice_of(b"Subject: x\r\n") == notice_of(b"Subject: x\r\n")


@pytest.mark.parametrize("header", [b"", b"Subject:\r\n", b"Subject: =?utf-8?q?=0D=0ABcc=3A_x?=\r\n"])
def test_whatever_the_subject_is(header: bytes) -> None:
    _, mail = notice_of(header, envelope=Envelope("", (Recipient(ADA),)))
    message = message_from_bytes(mail.header + b"\r\n", policy=policy.default)
    assert message["Subject"]
    assert message["Bcc"] is None


def test_a_local_target_has_both() -> None:
    mail = a_mail(envelope=an_envelope(ADA, BEA))
    forwards = {ADA: a_forward(BEA, content="subject")}
    first, second = plan_message(STEPS, mail, [context(forwards), context(forwards, BEA, place=1)])
    assert places(first) == ["example.com/bea", "example.com/ada"]
    assert places(second) == ["example.com/bea"]
    notice = first.effects[0]
    assert isinstance(notice.effect, StoreLocal)
    assert notice.effect.made == str(notice.mail.arrival.id) != str(mail.arrival.id)


def test_a_notice_is_mail_of_the_null_sender_where_it_arrives() -> None:
    forwards = {
        ADA: a_forward(BEA, content="subject", keep_copy=False),
        BEA: (a_forward(CEC, only_from=["bob"]), a_forward(KEN, keep_copy=False)),
    }
    planned = plan(forwards)
    assert places(planned) == [f"to {KEN}"]
    assert planned.effects[0].mail.envelope.sender == ""
    assert planned.effects[0].mail.trace_fields == b"Delivered-To: bea@example.com\r\n"


def test_in_circles_it_stays() -> None:
    forwards = {ADA: a_forward(BEA, content="subject", keep_copy=False), BEA: a_forward(ADA, keep_copy=False)}
    assert places(plan(forwards)) == ["example.com/bea"]


def test_an_envelope_from_elsewhere_is_not_touched() -> None:
    mail = a_mail()
    planned = plan({ADA: a_forward(BEA)}, mail)
    assert msgspec.structs.asdict(planned.effects[1].mail) == msgspec.structs.asdict(mail)


def test_for_other_servers_the_sender_becomes_one_of_ours() -> None:
    planned = plan({ADA: a_forward(BEA, KEN), BEA: a_forward("lee@example.org")}, srs=SRS, resolutions=LEE)
    senders = {_place(one.effect): one.mail.envelope.sender for one in planned.effects}
    rewritten = SRS.rewritten("bob@example.net", "example.com", ARRIVAL.at).address
    assert senders == {
        "to lee@example.org": rewritten,
        "example.com/bea": "bob@example.net",
        f"to {KEN}": rewritten,
        "example.com/ada": "bob@example.net",
    }


def test_what_does_not_fit_into_an_address_is_kept() -> None:
    mail = a_mail(envelope=an_envelope(sender="x" * 60 + "@example.net"))
    (sent, _) = plan({ADA: a_forward(KEN)}, mail, srs=SRS).effects
    assert isinstance(sent.effect, SendRemote)
    assert sent.effect.token == SRS.rewritten(mail.envelope.sender, "example.com", ARRIVAL.at).token


@pytest.mark.parametrize("content", ["full", "subject"])
def test_the_null_sender_stays(content: str) -> None:
    mail = a_mail(envelope=an_envelope(sender=""))
    (sent, _) = plan({ADA: a_forward(KEN, content=content)}, mail, srs=SRS).effects
    assert sent.mail.envelope.sender == ""
