"""Finds, among many access rules, those that match one client, without looking at the others.

Networks and wildcards are found by their bits, one look per mask in use; ranges in a tree of intervals; host names by
their ends. Built once per change of the rules; `access` judges what is found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from mailcore.directory.client_match import AddressBlock, AddressRange, ClientMatch, HostSuffix

Places = list[int]
"""Where in the list of rules those are that have something in common."""


class MatchIndex:
    """The places of rules by what they match."""

    def __init__(self, matches: Iterable[tuple[int, ClientMatch]]) -> None:
        blocks: defaultdict[tuple[int, int], defaultdict[int, Places]] = defaultdict(lambda: defaultdict(list))
        ranges: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._suffixes: defaultdict[str, Places] = defaultdict(list)
        for place, match in matches:
            match match:
                case AddressBlock(version, bits, mask):
                    blocks[version, mask][bits].append(place)
                case AddressRange(version, first, last):
                    ranges[version].append((first, last, place))
                case HostSuffix(suffix):
                    self._suffixes[suffix].append(place)
        self._blocks = {
            version: [(mask, places) for (of, mask), places in blocks.items() if of == version] for version in (4, 6)
        }
        self._ranges = {version: _Ranges(found) for version, found in ranges.items()}

    def of_address(self, version: int, number: int) -> Iterator[int]:
        """Give the places of rules that match an address, in no order."""
        for mask, places in self._blocks[version]:
            yield from places.get(number & mask, ())
        if version in self._ranges:
            yield from self._ranges[version].around(number)

    def of_name(self, name: str) -> Iterator[int]:
        """Give the places of rules that match a host name in lower case, in no order."""
        dot = name.find(".")
        while dot >= 0:
            yield from self._suffixes.get(name[dot:], ())
            dot = name.find(".", dot + 1)

    @property
    def of_names(self) -> Places:
        """The places of all rules that are about host names, in order."""
        return sorted(place for places in self._suffixes.values() for place in places)


class _Ranges:
    """Intervals by their beginnings, as a balanced tree whose nodes know the farthest end below them."""

    def __init__(self, ranges: Sequence[tuple[int, int, int]]) -> None:
        self._ranges = sorted(ranges)
        self._farthest: dict[tuple[int, int], int] = {}
        self._measure(0, len(self._ranges))

    def around(self, number: int) -> Iterator[int]:
        """Give the places of all ranges that hold `number`."""
        pending = [(0, len(self._ranges))]
        while pending:
            begin, end = pending.pop()
            if begin >= end or self._farthest[begin, end] < number:
                continue
            middle = (begin + end) // 2
            first, last, place = self._ranges[middle]
            pending.append((begin, middle))
            if first <= number:
                if number <= last:
                    yield place
                pending.append((middle + 1, end))

    def _measure(self, begin: int, end: int) -> int:
        if begin >= end:
            return -1
        middle = (begin + end) // 2
        below = (self._measure(begin, middle), self._measure(middle + 1, end), self._ranges[middle][1])
        self._farthest[begin, end] = max(below)
        return max(below)
