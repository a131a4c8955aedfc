"""Where a message goes from an account that forwards, through our own port (row 22)."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.builders import a_forward, a_mail, an_account, resolved, smtp_settings
from tests.unit.maildecide.message.steps.test_forwarding import ADA, BEA, CEC, KEN, SRS, places, plan

from mailcore.directory.targets import RemoteTarget, Resolution, ServerTarget
from mailcore.mail.envelope import Envelope, Recipient
from maildecide.message.actions import Confirm, Reenter, SendRemote, StoreLocal
from maildecide.message.asking import asked

VIA_MTA = smtp_settings(local_forward_via_mta=True)


@pytest.mark.parametrize(
    ("forwards", "expected"),
    [
        ({ADA: a_forward(BEA)}, [f"in again {BEA}", "example.com/ada"]),
        ({ADA: a_forward(BEA, keep_copy=False)}, [f"in again {BEA}"]),
        ({ADA: a_forward(BEA, KEN, keep_copy=False)}, [f"in again {BEA}", f"to {KEN}"]),
        # What the others do with it is theirs to say, once it is theirs.
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(CEC, keep_copy=False)}, [f"in again {BEA}"]),
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(ADA, keep_copy=False)}, [f"in again {BEA}"]),
    ],
)
def test_through_our_own_port(forwards: Mapping[str, Any], expected: list[str]) -> None:
    assert places(plan(forwards, settings=VIA_MTA)) == expected


@pytest.mark.parametrize(
    ("resolutions", "expected"),
    [
        ({BEA: Resolution("unknown")}, ["example.com/ada/.Trash", f"undeliverable {ADA}"]),
        ({BEA: resolved(ServerTarget())}, [".postmaster"]),
        ({BEA: resolved(RemoteTarget(KEN))}, [f"to {KEN}"]),
        ({BEA: resolved(RemoteTarget(KEN), an_account(BEA))}, [f"in again {BEA}"]),
        # Nobody asks its limits or whether it takes mail: the port says so.
        ({BEA: resolved(an_account(BEA, enabled=False, cancel_list=("*",)))}, [f"in again {BEA}"]),
    ],
)
def test_what_goes_through_our_own_port(resolutions: dict[str, Resolution], expected: list[str]) -> None:
    planned = plan({ADA: a_forward(BEA, keep_copy=False)}, settings=VIA_MTA, resolutions=resolutions)
    assert places(planned) == expected


def test_it_does_not_come_back_to_where_it_has_been() -> None:
    mail = a_mail(header=b"Delivered-To: bea@example.com\r\n")
    assert places(plan({ADA: a_forward(BEA, keep_copy=False)}, mail, settings=VIA_MTA)) == ["example.com/ada"]


def test_envelope_and_parameters_stay() -> None:
    recipient = Recipient(ADA, frozenset({"SUCCESS", "FAILURE"}), "rfc822;a")
    mail = a_mail(envelope=Envelope("bob@example.net", (recipient,), ret="HDRS", envid="x"))
    forward = a_forward(BEA, keep_copy=False)
    (sent, _) = plan({ADA: forward}, mail, settings=VIA_MTA, srs=SRS, via="catch_all").effects
    assert sent.effect == Reenter(BEA, "FAILURE,SUCCESS", "rfc822;a", ADA)
    assert sent.mail.envelope == mail.envelope
    assert sent.mail.marks.caught
    assert sent.mail.trace_fields.startswith(b"Delivered-To: ada@example.com\r\n")


def test_a_success_is_asked_for_once() -> None:
    asking = Envelope("bob@example.net", (Recipient(ADA, frozenset({"SUCCESS", "FAILURE"})),))
    mail = a_mail(envelope=asking)
    (sent, kept) = plan({ADA: a_forward(BEA)}, mail).effects
    # Where the account has it, nobody is told of what it sent on.
    assert [asked(one.mail, 0) for one in (sent, kept)] == [frozenset({"NEVER"}), asked(mail, 0)]
    two = plan({ADA: a_forward(BEA, KEN, keep_copy=False)}, mail).effects
    assert [one.effect for one in two if isinstance(one.effect, Confirm)] == [Confirm(ADA, "expanded")]
    ways = [one for one in two if isinstance(one.effect, StoreLocal | SendRemote)]
    assert [asked(one.mail, 0) for one in ways] == [frozenset({"FAILURE"})] * 2


def test_a_notice_goes_there_too_and_asks_for_no_report() -> None:
    (sent, _) = plan({ADA: a_forward(BEA, content="subject")}, settings=VIA_MTA).effects
    assert sent.effect == Reenter(BEA, "NEVER", "", ADA, str(sent.mail.arrival.id))
    assert sent.mail.envelope.sender == ""
