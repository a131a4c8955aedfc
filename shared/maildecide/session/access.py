"""Who a client is to the access rules: banned, let pass, permitted to relay. Compiled once per change of the rules.

Among `ban` and `pass` the first rule that matches decides; `relay` is judged apart. A rule that has expired matches
nobody, from that moment on. Asked by ingress for every connection and every transaction.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from mailcore.directory.access_rule import ReadyRule
from mailcore.directory.client_match import address_number
from maildecide.session.match_index import MatchIndex


@dataclass(frozen=True, slots=True)
class HostNames:
    """What DNS said of a client's address, each name in lower case and without the last dot."""

    names: tuple[str, ...] = ()
    """The names that the address leads to."""
    confirmed: frozenset[str] = frozenset()
    """Those of them that lead back to the address."""


@dataclass(frozen=True, slots=True)
class AccessVerdict:
    """Which rules decided about a client, by their ids; None: no rule did."""

    banned_by: int | None = None
    passed_by: int | None = None
    relay_by: int | None = None


UNKNOWN_HOST = HostNames()
NO_VERDICT = AccessVerdict()


class AccessRules:
    """Rules in their order."""

    def __init__(self, rules: Iterable[ReadyRule] = ()) -> None:
        listed = tuple(rules)
        self._doors = tuple(rule for rule in listed if rule.kind != "relay")
        self._door_index = _index(self._doors)
        self._relays = tuple(rule for rule in listed if rule.kind == "relay")
        self._relay_index = _index(self._relays)
        self._about_names = self._door_index.of_names

    def needs_names(self, ip: str, now: float) -> bool:
        """Whether the names of the host could decide about the client."""
        if not self._about_names:
            return False
        decided = self._first_door(ip, now, UNKNOWN_HOST, _never)
        return any(place < decided and self._holds(self._doors[place], now) for place in self._about_names)

    def needs_confirmed(self, ip: str, now: float, names: Sequence[str]) -> tuple[str, ...]:
        """Give those of the client's names by which it passes if they lead back to it."""
        decided = self._first_door(ip, now, HostNames(tuple(names)), _never)
        return tuple(
            name
            for name in names
            if any(
                place < decided and self._doors[place].kind == "pass" and self._holds(self._doors[place], now)
                for place in self._door_index.of_name(name)
            )
        )

    def judge(self, ip: str, now: float, host: HostNames = UNKNOWN_HOST) -> AccessVerdict:
        """Judge a client at `now`, in seconds since the epoch."""
        relay_by = self.relay_by(ip, now)
        place = self._first_door(ip, now, host, host.confirmed.__contains__)
        if place >= len(self._doors):
            return NO_VERDICT if relay_by is None else AccessVerdict(relay_by=relay_by)
        rule = self._doors[place]
        if rule.kind == "ban":
            return AccessVerdict(banned_by=rule.id, relay_by=relay_by)
        return AccessVerdict(passed_by=rule.id, relay_by=relay_by)

    def relay_by(self, ip: str, now: float) -> int | None:
        """Give the id of the first rule that lets the client send through this server."""
        if not self._relays:
            return None
        found = (place for place in self._relay_index.of_address(*address_number(ip)))
        places = [place for place in found if self._holds(self._relays[place], now)]
        return self._relays[min(places)].id if places else None

    def _first_door(self, ip: str, now: float, host: HostNames, is_confirmed: Callable[[str], bool]) -> int:
        """Give the place of the ban or pass that decides; one beyond the last when none does."""
        doors = self._doors
        if not doors:
            return 0
        places = [place for place in self._door_index.of_address(*address_number(ip)) if self._holds(doors[place], now)]
        for name in host.names:
            places += [
                place
                for place in self._door_index.of_name(name)
                if self._holds(doors[place], now) and (doors[place].kind == "ban" or is_confirmed(name))
            ]
        return min(places, default=len(doors))

    @staticmethod
    def _holds(rule: ReadyRule, now: float) -> bool:
        return rule.expires_at is None or now < rule.expires_at


def _index(rules: Collection[ReadyRule]) -> MatchIndex:
    return MatchIndex((place, rule.match) for place, rule in enumerate(rules))


def _never(_: str) -> bool:
    return False
