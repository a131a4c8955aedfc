"""Resolution of senders that this server wrote into mail it forwarded."""

import pytest
from tests.builders import a_domain, an_account
from tests.fakes.directories import MemoryDirectory

from mailcore.address import parse_address
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import name_of
from mailcore.settings import SmtpSettings

ADA = an_account("ada@example.com")
BEA = an_account("bea@example.com")


@pytest.mark.parametrize(
    ("address", "status", "behind"),
    [
        ("SRS0=good=7G=example.org=ken@example.com", "found", ["ken@example.org"]),
        ("SRS0=ours=7G=example.com=ada@example.com", "found", ["ada@example.com"]),
        ("SRS0=gone=7G=example.com=x@example.com", "unknown", []),
        ("SRS0=bad=7G=example.org=ken@example.net", "unknown", []),
        ("srs1=bad@example.net", "unknown", []),
        ("SRS0=good=7G=example.org=ken@example.org", "unmanaged", []),
    ],
)
async def test_a_rewritten_sender_is_itself_or_nobody_and_never_caught(
    address: str, status: str, behind: list[str]
) -> None:
    directory = MemoryDirectory(a_domain(), a_domain("example.net", catch_all_address="bea@example.com"), ADA, BEA)
    directory.rewritten_senders = {
        "SRS0=good=7G=example.org=ken": "ken@example.org",
        "SRS0=ours=7G=example.com=ada": "ada@example.com",
        "SRS0=gone=7G=example.com=x": "x@example.com",
    }
    resolution = await resolve(directory, parse_address(address), SmtpSettings(catch_all_address="bea@example.com"))
    assert (resolution.status, [name_of(target) for target in resolution.targets]) == (status, behind)
    assert resolution.via in {"srs", ""}


async def test_an_account_of_such_a_name_comes_first() -> None:
    directory = MemoryDirectory(a_domain(), an_account("srs0=x@example.com"))
    assert (await resolve(directory, parse_address("SRS0=x@example.com"), SmtpSettings())).via == "account"
