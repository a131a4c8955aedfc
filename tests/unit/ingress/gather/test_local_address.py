import pytest
from tests.builders import an_account

from ingress.gather.domain import is_managed
from ingress.gather.local_address import is_local
from mailcore.address import parse_address
from mailcore.directory.account import Account


class Directory:
    """Knows one domain and one account."""

    async def is_managed(self, domain: str) -> bool:
        """Know the domain."""
        return domain == "example.com"

    async def account(self, address: str) -> Account | None:
        """Know the account."""
        return an_account() if address == "ada@example.com" else None


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("ada@example.com", True),
        ("ADA@example.com", True),
        ('"ada"@example.com', True),
        ("bob@example.com", False),
        ("postmaster@example.com", True),
        ("Abuse@example.com", True),
        ("webmaster@example.com", False),
    ],
)
async def test_local_addresses(address: str, *, wanted: bool) -> None:
    assert await is_local(Directory(), parse_address(address)) is wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [("x@example.com", True), ("x@EXAMPLE.com", True), ("x@example.net", False), ("x@[192.0.2.1]", False)],
)
async def test_managed_domains(address: str, *, wanted: bool) -> None:
    assert await is_managed(Directory(), parse_address(address)) is wanted
