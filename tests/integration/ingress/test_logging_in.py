"""Logging in through the real ingress: guesses cost the guesser, right passwords do not, and memory stays bounded."""

import asyncio
import subprocess
import sys
from base64 import b64encode

import pytest
from tests.integration.ingress.running import PASSWORD, Ingress

ADA = "ada@example.com"


async def log_in(ingress: Ingress, name: str, password: str) -> str:
    """Log in on a connection of its own; give the code of the reply."""
    async with ingress.client() as client:
        response = b64encode(f"\0{name}\0{password}".encode()).decode()
        return (await client.say(f"AUTH PLAIN {response}"))[:3]


@pytest.fixture
async def open_ingress(ingress: Ingress) -> Ingress:
    await ingress.change_settings(auth_without_tls=True, login_failures_per_account=3, login_failures_per_network=6)
    return ingress


async def test_guesses_are_not_heard_any_more_even_when_right(open_ingress: Ingress) -> None:
    codes = [await log_in(open_ingress, ADA, "wrong") for _ in range(4)]
    assert codes == ["535", "535", "535", "454"]
    assert await log_in(open_ingress, ADA, PASSWORD) == "454"


async def test_guesses_at_once_count_like_guesses_one_after_the_other(open_ingress: Ingress) -> None:
    codes = await asyncio.gather(*(log_in(open_ingress, ADA, f"wrong {n}") for n in range(20)))
    assert (codes.count("535"), codes.count("454")) == (3, 17)


async def test_names_that_are_none_cost_the_address(open_ingress: Ingress) -> None:
    codes = [await log_in(open_ingress, f"nobody{n}@example.com", "wrong") for n in range(7)]
    assert codes == ["535"] * 6 + ["454"]


async def test_a_network_that_the_account_is_used_from_is_not_locked_out_by_others(open_ingress: Ingress) -> None:
    assert await log_in(open_ingress, ADA, PASSWORD) == "235"
    for n in range(7):
        await log_in(open_ingress, f"nobody{n}@example.com", "wrong")
    assert await log_in(open_ingress, ADA, PASSWORD) == "235"
    assert [await log_in(open_ingress, ADA, "wrong") for _ in range(4)] == ["535", "535", "535", "454"]


async def test_fifty_sessions_that_know_the_password_are_no_attack(open_ingress: Ingress) -> None:
    await open_ingress.change_settings(max_connections_per_ip=0)
    codes = await asyncio.gather(*(log_in(open_ingress, ADA, PASSWORD) for _ in range(50)))
    assert codes == ["235"] * 50


PROGRAM = """
import asyncio, resource
from mailcore.passwords import Passwords

async def main():
    passwords = Passwords()
    stored = [await passwords.hash(f"password {n}") for n in range(2)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    right = await asyncio.gather(*(passwords.verify(f"password {n % 2}", stored[n % 2]) for n in range(50)))
    assert all(right)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    passwords.close()

asyncio.run(main())
"""


def test_fifty_first_logins_at_once_stay_within_bounds() -> None:
    """Each hash takes 19 MiB while it is computed: never more than two are, so fifty do not take a gigabyte."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 64
