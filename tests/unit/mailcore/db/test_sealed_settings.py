"""Secrets among the settings are sealed where they are stored, whatever they were before."""

from tests.builders import a_seal

from mailcore.db.overrides import Overrides, resolve
from mailcore.db.sealed_settings import UNKNOWN, closed, opened, resealed
from mailcore.seal import Seal

CLEAR: Overrides = {
    "delivery": {"smarthost_password": "hunter2", "smarthost_user": "ada"},
    "smtp": {"max_hops": 3},
    "gone": {"smarthost_password": "of a group that is no more"},
}
OTHER = Seal([b"\1" * 32])


def test_what_is_closed_opens_and_shows_nothing() -> None:
    stored = closed(CLEAR, a_seal(), {})
    assert "hunter2" not in str(stored)
    assert stored["delivery"]["smarthost_user"] == "ada"
    assert opened(stored, a_seal()) == (CLEAR, ())


def test_what_lies_there_in_the_clear_is_read() -> None:
    assert opened(CLEAR, a_seal()) == (CLEAR, ())
    assert opened({}, a_seal()) == ({}, ())


def test_a_password_that_looks_like_a_seal_is_none() -> None:
    looks: Overrides = {"delivery": {"smarthost_password": a_seal().close(b"x", "y")}}
    assert opened(looks, a_seal()) == (looks, ())
    assert opened(closed(looks, a_seal(), {}), a_seal()) == (looks, ())


def test_what_cannot_be_opened_is_a_password_that_nobody_takes() -> None:
    overrides, broken = opened(closed(CLEAR, OTHER, {}), a_seal())
    assert [one.key for one in broken] == ["delivery.smarthost_password"]
    password = resolve(overrides)[0].delivery.smarthost_password
    assert password is not None
    assert password.get_secret_value() == UNKNOWN


def test_what_cannot_be_opened_outlives_a_change_of_something_else() -> None:
    stored = closed(CLEAR, OTHER, {})
    known, _ = opened(stored, a_seal())
    known["smtp"]["max_hops"] = 4
    after = closed(known, a_seal(), stored)
    assert after["smtp"] == {"max_hops": 4}
    assert opened(after, OTHER)[0]["delivery"] == CLEAR["delivery"]


def test_a_new_password_takes_the_place_of_one_that_cannot_be_opened() -> None:
    stored = closed(CLEAR, OTHER, {})
    known, _ = opened(stored, a_seal())
    known["delivery"]["smarthost_password"] = "new"
    assert opened(closed(known, a_seal(), stored), a_seal())[0]["delivery"]["smarthost_password"] == "new"


def test_resealed_is_what_lies_there_in_the_clear_or_under_an_older_key() -> None:
    both = Seal([b"\2" * 32, bytes(32)])
    for before in (CLEAR, closed(CLEAR, a_seal(), {})):
        after = resealed(before, both)
        assert after is not None
        assert opened(after, Seal([b"\2" * 32])) == (CLEAR, ())
        assert resealed(after, both) is None


def test_nothing_is_resealed_where_nothing_is_secret_or_nothing_opens() -> None:
    assert resealed({}, a_seal()) is None
    assert resealed({"smtp": {"max_hops": 3}}, a_seal()) is None
    assert resealed(closed(CLEAR, OTHER, {}), a_seal()) is None
