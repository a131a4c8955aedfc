import json

from tests.builders import a_mail

from maildecide.message.actions import HoldPost, StoreLocal, Undeliverable
from maildecide.message.plan import Plan, Planned


def test_a_plan_in_short_is_json_without_the_mail() -> None:
    plan = Plan(
        "a@example.com",
        (Planned(StoreLocal("example.com/a", "a@example.com"), a_mail(), "local_delivery"),),
        shared=(Planned(StoreLocal("example.com/b", "a@example.com", ".Trash"), a_mail(), "trash"),),
    )
    assert json.loads(json.dumps(plan.brief())) == {
        "recipient": "a@example.com",
        "effects": [
            {
                "effect": "store_local",
                "step": "local_delivery",
                "mailbox": "example.com/a",
                "recipient": "a@example.com",
            }
        ],
        "shared": [
            {
                "effect": "store_local",
                "step": "trash",
                "mailbox": "example.com/b",
                "recipient": "a@example.com",
                "folder": ".Trash",
            }
        ],
    }


def test_an_end_is_told_with_its_reason() -> None:
    plan = Plan("a", (Planned(Undeliverable("a", "gone"), a_mail(), "local_delivery"),), "step", "why")
    short = plan.brief()
    assert (short["ended_by"], short["reason"]) == ("step", "why")
    assert short["effects"] == [
        {"effect": "undeliverable", "step": "local_delivery", "recipient": "a", "reason": "gone", "status": "5.2.0"}
    ]


def test_several_are_told_as_people_write_them() -> None:
    effect = HoldPost(7, "birds@example.com", "ada@example.org", "why", ("a@example.com", "b@example.com"))
    assert Planned(effect, a_mail(), "mailing_list").brief()["moderators"] == "a@example.com, b@example.com"
