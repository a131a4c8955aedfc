import msgspec
import pytest
from tests.builders import CLIENT, MESSAGE_ID

from mailcore.ids import derived_id
from mailcore.mail.incoming import Marks
from mailcore.reentry import Reentry, ReentryKeys
from mailcore.secrets import Secrets

OURS = ReentryKeys([b"a" * 32])
ROTATED = ReentryKeys([b"b" * 32, b"a" * 32])
THEIRS = ReentryKeys([b"c" * 32])
NOW = 1_767_225_600.9
WHAT = Reentry(
    id=derived_id(MESSAGE_ID, "reenter", "bea@example.com"),
    root=MESSAGE_ID,
    parent=MESSAGE_ID,
    client=msgspec.structs.replace(CLIENT, helo="飛脚\r\n" * 20),
    marks=Marks(sender_domain_missing=True, caught=True),
    added=120,
)


@pytest.mark.parametrize(("later", "is_good"), [(-600, True), (0, True), (599, True), (602, False), (-602, False)])
def test_a_pass_is_good_for_minutes(later: float, *, is_good: bool) -> None:
    assert OURS.is_pass(OURS.pass_at(NOW), NOW + later) is is_good


@pytest.mark.parametrize(
    "text",
    ["", ".", "1767225600", "1767225600.", "1767225600.x", "x.x", "-1.x", "9" * 500, "1767225600.\udcff", "\uff11.x"],
)
def test_what_is_no_pass(text: str) -> None:
    assert not OURS.is_pass(text, NOW)


def test_a_pass_of_another_time_or_key_is_none() -> None:
    at, _, mac = OURS.pass_at(NOW).partition(".")
    assert not OURS.is_pass(f"{int(at) + 1}.{mac}", NOW)
    assert not OURS.is_pass(THEIRS.pass_at(NOW), NOW)


def test_what_is_sealed_is_read_in_the_session_it_was_sealed_for() -> None:
    sealed = OURS.sealed(WHAT, "challenge")
    assert sealed.isascii()
    assert sealed.isprintable()
    assert " " not in sealed
    assert OURS.opened(sealed, "challenge") == WHAT
    assert OURS.opened(sealed, "another") is None


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: "A" + s[1:], lambda s: s.replace(".", ""), lambda _: ""]
)
def test_what_was_altered_is_not_read(change: object) -> None:
    assert OURS.opened(change(OURS.sealed(WHAT, "c")), "c") is None  # type: ignore[operator]  # it is a function


@pytest.mark.parametrize("text", ["", ".", "x.y", "\udcff.\udcff", "é.é", "====.===="])
def test_what_was_never_sealed(text: str) -> None:
    assert OURS.opened(text, "c") is None


def test_another_version_of_ours_is_not_read() -> None:
    keys = ReentryKeys([b"a" * 32])
    other = keys.sealed(msgspec.structs.replace(WHAT, added="much"), "c")
    assert keys.opened(other, "c") is None


def test_keys_rotate() -> None:
    assert ROTATED.is_pass(OURS.pass_at(NOW), NOW)
    assert ROTATED.opened(OURS.sealed(WHAT, "c"), "c") == WHAT
    assert OURS.opened(ROTATED.sealed(WHAT, "c"), "c") is None


def test_the_keys_are_for_nothing_else() -> None:
    secrets = Secrets([b"m" * 32])
    assert secrets.keys_for("reentry") != secrets.keys_for("srs")
