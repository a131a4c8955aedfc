"""Whether a client is in one of the networks of a setting."""

from functools import lru_cache

from mailcore.directory.client_match import address_number, parse_match
from maildecide.session.match_index import MatchIndex


def is_within(networks: tuple[str, ...], ip: str) -> bool:
    """Whether `ip` is in one of `networks`."""
    return bool(networks) and any(True for _ in _index(networks).of_address(*address_number(ip)))


@lru_cache(maxsize=4)
def _index(networks: tuple[str, ...]) -> MatchIndex:
    return MatchIndex((place, parse_match(network)) for place, network in enumerate(networks))
