"""What the passwords are worth that stand before owner commands. Guessing is bounded by client and day."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import list_rows, list_tokens
from mailcore.db.database import Database
from mailcore.db.login_failures import origin_of
from mailcore.passwords import Passwords
from maildecide.lists.commands.facts import Password

MOST_WRONG = 10
"""Wrong passwords of a list from one client on a day; owners elsewhere are not kept out by them."""


class OwnerPasswords:
    """Verifies passwords of lists, and counts wrong ones."""

    def __init__(self, database: Database, passwords: Passwords, clock: Callable[[], float]) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    async def worth(self, list_id: int, password: str, ip: str) -> Password:
        """Verify a password that a client has sent. Raises DatabaseAway."""
        async with self._database.read() as connection:
            wrong = await list_tokens.counted(connection, _scope(list_id, ip), self._clock())
            stored = await list_rows.load_password_hash(connection, list_id)
        if wrong >= MOST_WRONG:
            return "limited"
        return "right" if await self._passwords.verify(password, stored) else "wrong"

    async def count(self, connection: AsyncConnection, list_id: int, ip: str, now: float) -> None:
        """Count a wrong one."""
        await list_tokens.count(connection, _scope(list_id, ip), now, MOST_WRONG)


def _scope(list_id: int, ip: str) -> str:
    return f"password {list_id} {origin_of(ip, None, '').address}"
