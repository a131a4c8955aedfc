import pytest
from pydantic import JsonValue

from mailcore.db.overrides import Overrides, changed, resolve
from mailcore.errors import Invalid, NotFound
from mailcore.settings import RuntimeSettings


def test_no_overrides_are_the_defaults() -> None:
    assert resolve({}) == (RuntimeSettings(), {}, ())


def test_overrides_hold_and_the_rest_is_default() -> None:
    settings, kept, ignored = resolve({"smtp": {"max_recipients": 7}})
    assert settings.smtp.max_recipients == 7
    assert settings.smtp.max_hops == RuntimeSettings().smtp.max_hops
    assert kept == {"smtp": {"max_recipients": 7}}
    assert not ignored


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ({"smtp": {"max_recipients": -1, "max_hops": 3}}, ["smtp.max_recipients"]),
        ({"smtp": {"max_recipients": "7", "max_hops": 3}}, ["smtp.max_recipients"]),
        ({"smtp": {"gone_since": 1, "max_hops": 3}}, ["smtp.gone_since"]),
        ({"smtp": {"max_hops": 3}, "gone": {"a": 1, "b": 2}}, ["gone.a", "gone.b"]),
        ({"smtp": {"max_hops": 3}, "gone": {}}, ["gone"]),
        ({"smtp": {"max_hops": 3}, "trace": {"retention_days": [1]}}, ["trace.retention_days"]),
    ],
)
def test_what_no_longer_validates_is_ignored_and_nothing_else(stored: Overrides, names: list[str]) -> None:
    settings, kept, ignored = resolve(stored)
    assert [one.key for one in ignored] == names
    assert all(one.reason for one in ignored)
    assert settings.smtp.max_hops == 3
    assert kept["smtp"] == {"max_hops": 3}


def test_change_overrides_one_key() -> None:
    assert changed({}, "smtp", {"max_recipients": 7}) == {"smtp": {"max_recipients": 7}}


def test_null_resets_and_an_empty_group_goes() -> None:
    assert changed({"smtp": {"max_recipients": 7}}, "smtp", {"max_recipients": None}) == {}
    assert changed({}, "smtp", {"max_recipients": None}) == {}


def test_value_that_holds_already_is_no_change() -> None:
    assert changed({}, "smtp", {"max_recipients": 100}) == {}
    stored: Overrides = {"smtp": {"max_recipients": 7}}
    assert changed(stored, "smtp", {"max_recipients": 7}) == stored


def test_false_is_not_zero_and_true_is_not_one() -> None:
    with pytest.raises(Invalid):
        changed({}, "smtp", {"max_session_minutes": False})


def test_stored_values_that_no_longer_validate_do_not_stand_in_the_way() -> None:
    stored: Overrides = {"smtp": {"max_recipients": -1}}
    assert changed(stored, "smtp", {"max_hops": 3}) == {"smtp": {"max_hops": 3}}


@pytest.mark.parametrize(
    ("patch", "locations"),
    [
        ({"max_recipients": -1}, [("max_recipients",)]),
        ({"max_recipients": "1"}, [("max_recipients",)]),
        ({"nothing": 1}, [("nothing",)]),
        ({"nothing": None}, [("nothing",)]),
        ({"max_recipients": -1, "max_hops": -1}, [("max_recipients",), ("max_hops",)]),
        ({"max_recipients": 5, "max_hops": -1}, [("max_hops",)]),
    ],
)
def test_refusal_names_the_key(patch: dict[str, JsonValue], locations: list[tuple[str, ...]]) -> None:
    with pytest.raises(Invalid) as refusal:
        changed({}, "smtp", patch)
    assert [problem.loc for problem in refusal.value.problems] == locations
    assert all(problem.msg for problem in refusal.value.problems)


def test_unknown_group_is_not_found() -> None:
    with pytest.raises(NotFound):
        changed({}, "nothing", {})
