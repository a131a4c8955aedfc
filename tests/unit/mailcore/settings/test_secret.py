"""A secret setting is stored and used, and shown nowhere."""

from pydantic import SecretStr

from mailcore.db.overrides import Overrides, changed, resolve, shown
from mailcore.settings import DeliverySettings, RuntimeSettings
from mailcore.settings.secret import MASK, masked, secret_keys

STORED: Overrides = {"delivery": {"smarthost_password": "hunter2", "smarthost_user": "ada"}}


def test_the_value_is_stored_and_at_hand_for_who_needs_it() -> None:
    overrides = changed({}, "delivery", {"smarthost_password": "hunter2", "smarthost_user": "ada"})
    assert overrides == STORED
    assert resolve(overrides)[0].delivery.smarthost_password == SecretStr("hunter2")


def test_it_is_shown_nowhere() -> None:
    settings = resolve(STORED)[0]
    for text in (repr(settings), str(settings.model_dump()), settings.model_dump_json(), str(shown(STORED))):
        assert "hunter2" not in text
    assert settings.model_dump(mode="json")["delivery"]["smarthost_password"] == MASK
    assert shown(STORED) == {"delivery": {"smarthost_password": MASK, "smarthost_user": "ada"}}


def test_a_mask_that_was_read_and_sent_back_changes_nothing() -> None:
    assert changed(STORED, "delivery", {"smarthost_password": MASK, "smarthost_user": "bea"}) == {
        "delivery": {"smarthost_password": "hunter2", "smarthost_user": "bea"}
    }
    assert changed(STORED, "delivery", {"smarthost_password": None})["delivery"] == {"smarthost_user": "ada"}


def test_only_secrets_are_masked_and_only_when_set() -> None:
    assert secret_keys(DeliverySettings) == {"smarthost_password"}
    assert masked(DeliverySettings, {"smarthost_password": None, "port": 25}) == {
        "smarthost_password": None,
        "port": 25,
    }
    assert RuntimeSettings().model_dump(mode="json")["delivery"]["smarthost_password"] is None


def test_groups_that_are_no_more_are_shown_as_they_are() -> None:
    assert shown({"gone": {"a": 1}}) == {"gone": {"a": 1}}
