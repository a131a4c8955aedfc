"""Resolution of senders that this server wrote into copies of a list: to the list and the member, or to nobody."""

import pytest
from tests.builders import a_domain, an_account
from tests.fakes.directories import MemoryDirectory
from tests.list_builders import a_known_list

from mailcore.address import parse_address
from mailcore.directory.account import Account
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import ListTarget, name_of
from mailcore.settings import SmtpSettings
from mailcore.verp import VerpMark

BOUNCES = "birds-bounces@example.com"
MARK = VerpMark(46, 7)


def a_directory(*more: Account) -> MemoryDirectory:
    directory = MemoryDirectory(a_domain(catch_all_address="ada@example.com"), an_account("ada@example.com"), *more)
    directory.lists = {BOUNCES: a_known_list("bounces"), "birds@example.com": a_known_list("post")}
    directory.returned_copies = {(BOUNCES, "1a-7-good"): MARK}
    directory.numbered_copies = {
        ("example.com", "7-1a-7-good"): (BOUNCES, MARK),
        ("example.com", "8-1a-7-good"): ("gone-bounces@example.com", MARK),
    }
    return directory


@pytest.mark.parametrize("address", ["birds-bounces+1a-7-good@example.com", "BOUNCES+7-1A-7-GOOD@example.com"])
async def test_a_signed_sender_leads_to_the_list_and_names_the_member(address: str) -> None:
    found = await resolve(a_directory(), parse_address(address), SmtpSettings())
    assert (found.status, found.via) == ("found", "verp")
    (target,) = found.targets
    assert isinstance(target, ListTarget)
    assert (target.known.role, target.returned) == ("bounces", MARK)


@pytest.mark.parametrize("address", ["birds-bounces+1a-7-bad@example.com", "birds-bounces+@example.com"])
async def test_what_was_not_signed_for_the_list_is_nobodys_and_never_caught(address: str) -> None:
    found = await resolve(a_directory(), parse_address(address), SmtpSettings())
    assert (found.status, found.targets, found.via) == ("unknown", (), "verp")


@pytest.mark.parametrize("address", ["bounces+7-1a-7-bad@example.com", "bounces+8-1a-7-good@example.com"])
async def test_what_names_no_list_by_its_number_may_be_a_plus_address(address: str) -> None:
    directory = a_directory(an_account("bounces@example.com"))
    found = await resolve(directory, parse_address(address), SmtpSettings())
    assert [name_of(target) for target in found.targets] == ["bounces@example.com"]
    nobody = await resolve(a_directory(), parse_address(address), SmtpSettings(), catch_all=False)
    assert (nobody.status, nobody.targets) == ("unknown", ())
