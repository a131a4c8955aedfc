from typing import Any, Literal

import pytest
from tests.builders import a_context, a_mail

from mailcore.directory.targets import RemoteTarget
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Action, Done, TrashOnServer, Undeliverable
from maildecide.message.addons.verdict import AddonVerdict
from maildecide.message.edits import IntoFolder
from maildecide.message.steps import addon_verdict

ELSEWHERE = {"recipient": "eve@example.org", "target": RemoteTarget("eve@example.org"), "via": ""}


def test_without_one_the_message_goes_on() -> None:
    assert list(addon_verdict.apply(a_mail(), a_context())) == []


@pytest.mark.parametrize(
    ("kind", "marks", "changes", "expected"),
    [
        ("discard", Marks(), {}, [Done("dropped by addon scan")]),
        (
            "reject",
            Marks(),
            {},
            [Undeliverable("ada@example.com", "no cats", "5.7.1"), Done("refused by addon scan")],
        ),
        ("reject", Marks(incomplete=True), {}, [Done("refused by addon scan")]),
        ("reject", Marks(banned="add_header"), {}, [Done("refused by addon scan")]),
        ("trash", Marks(), {}, [IntoFolder(".Trash")]),
        (
            "trash",
            Marks(),
            ELSEWHERE,
            [TrashOnServer("eve@example.org"), Done("put into the server's trash by addon scan")],
        ),
    ],
)
def test_what_is_decided_is_done(
    kind: Literal["discard", "reject", "trash"], marks: Marks, changes: dict[str, Any], expected: list[Action]
) -> None:
    context = a_context(**{"addon_verdict": AddonVerdict(kind, "scan", "no cats"), **changes})
    assert list(addon_verdict.apply(a_mail(marks=marks), context)) == expected
