"""Whether a message comes too slowly: a client that feeds single octets holds a connection for days."""

_LENIENT = 60.0
"""Seconds of waiting before a message is judged."""


class Pace:
    """Follows how one message comes. Only time spent waiting for the client counts."""

    __slots__ = ("_least", "_octets", "_waited")

    def __init__(self, least: int) -> None:
        self._least = least
        self._octets = 0
        self._waited = 0.0

    def came(self, octets: int, waited: float) -> None:
        """Count octets that came after `waited` seconds."""
        self._octets += octets
        self._waited += waited

    @property
    def is_too_slow(self) -> bool:
        """Whether fewer octets came per second than are asked for."""
        return self._waited > _LENIENT and self._octets < self._least * self._waited
