"""What wrong passwords have come from where, counted over all replicas in small rows; and where right ones came from.

Rows count a minute each. Failures are written, and of successes only the networks an account is used from, once a day:
those are not locked out by what strangers do. Upkeep removes what no longer counts.
"""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sqlalchemy import text

from mailcore.db.database import Database

LATELY_SECONDS = 30 * 86_400.0
"""For how long an account is known to be used from a network."""
_REFRESH_SECONDS = 86_400.0
_MINUTE = 60

_COUNTS = text(
    "SELECT scope, SUM(count) AS failures FROM login_failure"
    " WHERE scope IN (:address, :network, :both) AND bucket >= :oldest GROUP BY scope"
)
_USED = text("SELECT at FROM login_network WHERE account = :account AND network = :network")
_COUNT = text(
    "INSERT INTO login_failure (scope, bucket, count) VALUES (:scope, :bucket, 1)"
    " ON CONFLICT (scope, bucket) DO UPDATE SET count = login_failure.count + 1"
)
_FORGET = text("DELETE FROM login_failure WHERE scope IN (:network, :both)")
_USE = text(
    "INSERT INTO login_network (account, network, at) VALUES (:account, :network, :at)"
    " ON CONFLICT (account, network) DO UPDATE SET at = excluded.at WHERE login_network.at < excluded.at"
)


@dataclass(frozen=True, slots=True)
class LoginOrigin:
    """Who somebody says he is, and where he says it."""

    account: str
    """The account's address; of a name that is none, a number that many names share: it may be a password."""
    address: str
    """The client's IP address; of IPv6 its /64, which one client has for itself."""
    network: str
    """The network around it: /24, of IPv6 /48."""

    @property
    def scopes(self) -> dict[str, str]:
        """By what its failures are counted."""
        return {
            "address": self.address,
            "network": f"{self.account} {self.network}",
            "both": f"{self.account} {self.address}",
        }


@dataclass(frozen=True, slots=True)
class LoginHistory:
    """What has come from an origin within the window."""

    from_address: int = 0
    """Failures from the address, whatever the account."""
    from_network: int = 0
    """Failures at the account from the network."""
    from_both: int = 0
    """Failures at the account from the address."""
    used_at: float | None = None
    """When the account was last known to be used from the network, give or take a day; None: never, or long ago."""


def origin_of(ip: str, account: str | None, name: str) -> LoginOrigin:
    """Give the origin of a login from `ip` as `name`, which is `account` if that is not None."""
    address = _unmapped(ip)
    single, around = (32, 24) if address.version == 4 else (64, 48)  # noqa: PLR2004 - the versions of IP
    return LoginOrigin(
        f"?{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:4]}" if account is None else account,
        str(ip_network((address, single), strict=False)),
        str(ip_network((address, around), strict=False)),
    )


def _unmapped(ip: str) -> IPv4Address | IPv6Address:
    address = ip_address(ip.partition("%")[0])
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class LoginFailures:
    """Reads and writes the rows. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(self, origin: LoginOrigin, window_minutes: int, now: float) -> LoginHistory:
        """Give what came from `origin` within the window."""
        oldest = int(now) // _MINUTE - window_minutes
        async with self._database.read() as connection:
            rows = (await connection.execute(_COUNTS, origin.scopes | {"oldest": oldest})).all()
            found = await connection.execute(_USED, {"account": origin.account, "network": origin.network})
            used_at: float | None = found.scalar_one_or_none()
        counts = {row.scope: int(row.failures) for row in rows}
        address, network, both = (counts.get(scope, 0) for scope in origin.scopes.values())
        is_lately = used_at is not None and used_at >= now - LATELY_SECONDS
        return LoginHistory(address, network, both, used_at if is_lately else None)

    async def failed(self, origin: LoginOrigin, now: float) -> None:
        """Count a wrong password."""
        bucket = int(now) // _MINUTE
        # In one order, so that two that count the same wait for each other instead of for ever.
        rows = [{"scope": scope, "bucket": bucket} for scope in sorted(origin.scopes.values())]
        async with self._database.transaction() as connection:
            await connection.execute(_COUNT, rows)

    async def succeeded(self, origin: LoginOrigin, history: LoginHistory, now: float) -> None:
        """Note a right password where that says something new; most say nothing, and nothing is written."""
        is_new = history.used_at is None or history.used_at < now - _REFRESH_SECONDS
        if not is_new and not history.from_network:
            return
        scopes = origin.scopes
        async with self._database.transaction() as connection:
            await connection.execute(_USE, {"account": origin.account, "network": origin.network, "at": now})
            if history.from_network:
                # Its owner mistyped it. What came from the address for others stays counted.
                await connection.execute(_FORGET, {"network": scopes["network"], "both": scopes["both"]})


def oldest_bucket(now: float) -> int:
    """Give the oldest minute that may count at `now`, whatever the window: rows before it can go."""
    return int(now) // _MINUTE - 1440 - 1
