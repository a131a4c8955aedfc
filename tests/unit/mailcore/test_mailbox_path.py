import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.address import Address, local_key, parse_address
from mailcore.mailbox_path import mailbox_path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("alice@example.com", "example.com/alice"),
        ("a.b-c_d+e=f@example.com", "example.com/a.b-c_d+e=f"),
        ("jörg@example.com", "example.com/j%C3%B6rg"),
        ('".hidden"@example.com', "example.com/%2Ehidden"),
        ('".."@example.com', "example.com/%2E."),
        ('"a/b"@example.com', "example.com/a%2Fb"),
        ("a%b@example.com", "example.com/a%25b"),
        ("a~b@example.com", "example.com/a%7Eb"),
        ('"a b"@xn--bcher-kva.example', "xn--bcher-kva.example/a%20b"),
    ],
)
def test_local_part_is_written_as_the_specification_says(address: str, path: str) -> None:
    assert mailbox_path(parse_address(address)) == path


def test_long_local_part_is_cut_and_told_apart_by_a_hash() -> None:
    path = mailbox_path(Address("ö" * 40, "example.com"))
    local = path.removeprefix("example.com/")
    assert local.startswith("%C3%B6" * 25 + "%~")
    assert len(local) == 150 + 2 + 40
    assert path != mailbox_path(Address("ö" * 39 + "ä", "example.com"))


def test_two_hundred_octets_are_not_cut() -> None:
    assert mailbox_path(Address("!" * 66 + "aa", "example.com")) == "example.com/" + "%21" * 66 + "aa"
    assert "%~" in mailbox_path(Address("!" * 66 + "aaa", "example.com"))


def test_empty_local_part_is_not_the_directory_of_the_domain() -> None:
    local = mailbox_path(Address("", "example.com")).removeprefix("example.com/")
    assert local.startswith("%~")
    assert len(local) == 42


@given(st.text(max_size=100))
def test_no_path_leaves_the_directory_of_its_domain(text: str) -> None:
    domain, _, name = mailbox_path(Address(local_key(text), "example.com")).partition("/")
    assert domain == "example.com"
    assert name not in {"", ".", ".."}
    assert "/" not in name
    assert not name.startswith(".")
    assert name.isascii()
    assert len(name) <= 200
