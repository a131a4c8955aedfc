"""Senders name a member and a post, are known again whatever the case, have room in any name, and cannot be made up."""

import pytest

from mailcore.address import parse_address
from mailcore.verp import VerpKeys, VerpMark, numbered, parted

OLD, NEW = b"o" * 32, b"n" * 32
KEYS = VerpKeys([NEW, OLD])
BOUNCES = "ml-bounces@example.com"
LONG = "a" * 56 + "-bounces@example.com"
MOST = 2**63 - 1
MARK = VerpMark(46, 7)


def token_of(sender: str) -> str:
    found = parted(parse_address(sender).local_part)
    assert found is not None
    return found[1]


def numbered_token_of(sender: str) -> str:
    token = numbered(parse_address(sender).local_part)
    assert token is not None
    return token


def test_a_sender_is_the_bounces_address_with_the_numbers_and_a_signature() -> None:
    sender = KEYS.sender(BOUNCES, 2, MARK)
    assert sender.startswith("ml-bounces+1a-7-")
    assert parted(parse_address(sender).local_part) == ("ml-bounces", token_of(sender))
    assert KEYS.read(BOUNCES, token_of(sender)) == MARK
    assert KEYS.read(BOUNCES.upper(), token_of(sender.upper())) == MARK


def test_it_is_known_under_an_older_key_and_under_no_other() -> None:
    sender = VerpKeys([OLD]).sender(BOUNCES, 2, MARK)
    assert KEYS.read(BOUNCES, token_of(sender)) == MARK
    assert VerpKeys([b"x" * 32]).read(BOUNCES, token_of(sender)) is None


@pytest.mark.parametrize(
    ("old", "new"), [("1a-7-", "1b-7-"), ("1a-7-", "1a-8-"), ("1a-7-", "1-a7-"), ("1a-7-", "01a-7-"), ("-7-", "-7")]
)
def test_what_is_changed_is_not_ours(old: str, new: str) -> None:
    assert KEYS.read(BOUNCES, token_of(KEYS.sender(BOUNCES, 2, MARK)).replace(old, new)) is None


@pytest.mark.parametrize("token", ["", "-", "1a-7", "1a-7-", "1a-7-00000000", "1a-7-\u00e4aaaaaaa", "1a-7-" + "a" * 99])
def test_what_is_no_token_is_not_ours(token: str) -> None:
    assert KEYS.read(BOUNCES, token) is None
    assert KEYS.read_numbered("example.com", token) is None
    assert KEYS.read_numbered("example.com", "2-" + token) is None


def test_that_of_one_list_is_not_that_of_another() -> None:
    assert KEYS.read("fish-bounces@example.com", token_of(KEYS.sender(BOUNCES, 2, MARK))) is None


@pytest.mark.parametrize(
    "bounces", [BOUNCES, LONG, "\u9ad8" * 18 + "-bounces@example.com", '"a b-bounces"@example.com']
)
@pytest.mark.parametrize("mark", [MARK, VerpMark(MOST, MOST)])
def test_there_is_room_for_the_largest_numbers_in_the_longest_name(bounces: str, mark: VerpMark) -> None:
    sender = KEYS.sender(bounces, MOST, mark)
    # Raises for a local part longer than RFC 5321 has it.
    local = parse_address(sender).local_part
    if parted(local) is not None:
        assert KEYS.read(bounces, token_of(sender)) == mark
    else:
        assert KEYS.read_numbered("example.com", numbered_token_of(sender)) == (MOST, mark)


def test_what_names_the_list_by_its_number_is_signed_for_the_domain_and_the_list() -> None:
    sender = KEYS.sender(LONG, 2, MARK)
    token = numbered_token_of(sender.upper())
    assert sender.startswith("bounces+2-1a-7-")
    assert KEYS.read_numbered("example.com", token) == (2, MARK)
    assert KEYS.read_numbered("example.net", token) is None
    assert KEYS.read_numbered("example.com", token.replace("2-1a", "3-1a")) is None
    assert VerpKeys([OLD]).read_numbered("example.com", token) is None


@pytest.mark.parametrize("local", ["ml-bounces", "ml", "-bounces+1-1-aaaaaaaa", "bounces+1", ""])
def test_other_local_parts_are_no_such_senders(local: str) -> None:
    assert parted(local) is None


@pytest.mark.parametrize("local", ["bounces", "ml-bounces+1", "xbounces+1", ""])
def test_other_local_parts_name_no_list_by_its_number(local: str) -> None:
    assert numbered(local) is None
