"""Counts the connections of this process, in all and by client. Used by `reception`."""

from collections import Counter

from mailcore.directory.client_match import address_number

_HOST_BITS_OF_IPV6 = 64
"""One customer has a /64 at least, and may take any address in it."""


class Crowd:
    """Every connection enters once and leaves once."""

    def __init__(self) -> None:
        self.size = 0
        """How many connections there are."""
        self._by_client: Counter[tuple[int, int]] = Counter()

    def enter(self, ip: str) -> int:
        """Count a connection in; give how many there are of that client now."""
        client = _client(ip)
        self.size += 1
        self._by_client[client] += 1
        return self._by_client[client]

    def leave(self, ip: str) -> None:
        """Count a connection out."""
        client = _client(ip)
        self.size -= 1
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]


def _client(ip: str) -> tuple[int, int]:
    version, number = address_number(ip)
    return version, number if version == 4 else number >> _HOST_BITS_OF_IPV6  # noqa: PLR2004 - the IP version
