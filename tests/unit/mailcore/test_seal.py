"""What is sealed opens for its place and keys, and for nothing else."""

import pytest

from mailcore.errors import SealBroken
from mailcore.seal import Seal, seal_of
from mailcore.secrets import Secrets

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
PLACE = "settings delivery.smarthost_password"


@pytest.mark.parametrize("octets", [b"", b"hunter2", "パスワード".encode(), bytes(range(256)) * 100])
def test_what_was_sealed_opens(octets: bytes) -> None:
    seal = Seal([NEW])
    sealed = seal.close(octets, PLACE)
    assert seal.open(sealed, PLACE) == octets
    assert sealed.isascii()
    assert sealed.isprintable()


def test_nothing_of_it_is_seen_and_no_two_are_alike() -> None:
    seal = Seal([NEW])
    one, other = seal.close(b"hunter2", PLACE), seal.close(b"hunter2", PLACE)
    assert one != other
    assert "hunter2" not in one
    assert NEW.hex() not in one


def test_it_opens_for_its_place_only() -> None:
    seal = Seal([NEW])
    with pytest.raises(SealBroken):
        seal.open(seal.close(b"hunter2", PLACE), "dkim example.org 2026")


@pytest.mark.parametrize(
    "broken",
    ["", "hunter2", "1", "1.", "1..", "2.00000000.AAAA", "1.00000000.AAAA", "1.{name}.", "1.{name}.AAAA", "1.{name}.é"],
)
def test_what_is_no_seal_says_so(broken: str) -> None:
    seal = Seal([NEW])
    name = seal.close(b"", PLACE).split(".")[1]
    with pytest.raises(SealBroken, match=PLACE):
        seal.open(broken.format(name=name), PLACE)


def test_an_altered_one_does_not_open() -> None:
    seal = Seal([NEW])
    sealed = seal.close(b"hunter2", PLACE)
    for at in range(sealed.rindex(".") + 1, len(sealed) - 4):
        altered = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            seal.open(altered, PLACE)


def test_a_new_key_above_the_old_one_opens_both_and_seals_alone() -> None:
    before = Seal([OLD]).close(b"hunter2", PLACE)
    seal = Seal([NEW, OLD])
    assert seal.open(before, PLACE) == b"hunter2"
    assert not seal.is_newest(before)
    after = seal.close(seal.open(before, PLACE), PLACE)
    assert seal.is_newest(after)
    assert Seal([NEW]).open(after, PLACE) == b"hunter2"
    with pytest.raises(SealBroken, match="which KEY_FILE does not hold"):
        Seal([NEW]).open(before, PLACE)


def test_the_keys_derive_from_the_key_file() -> None:
    sealed = seal_of(Secrets([OLD])).close(b"hunter2", PLACE)
    assert seal_of(Secrets([NEW, OLD])).open(sealed, PLACE) == b"hunter2"
    with pytest.raises(SealBroken):
        Seal([OLD]).open(sealed, PLACE)
