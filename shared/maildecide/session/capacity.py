"""How large a message may be for those behind its recipients, known before it comes and judged when it has come."""

from collections.abc import Iterable
from typing import NamedTuple

from mailcore.directory.account import Account
from mailcore.directory.targets import AccountTarget
from mailcore.directory.usage import Usage
from maildecide import quota
from maildecide.session.facts import Capacity, RcptFacts

_UNKNOWN = Usage()


class Taker(NamedTuple):
    """An account that takes mail, and how full it is."""

    account: Account
    usage: Usage


def all_accounts(facts: RcptFacts) -> tuple[Taker, ...]:
    """Give who takes the recipient's mail when all of them are accounts, and nobody otherwise.

    Only what holds for everybody behind a recipient may refuse it, and nothing holds for a mailbox elsewhere.
    """
    targets = facts.resolution.takers
    takers = tuple(
        Taker(target.account, facts.usages.get(target.account.mailbox, _UNKNOWN))
        for target in targets
        if isinstance(target, AccountTarget)
    )
    return takers if len(takers) == len(targets) else ()


def capacity_of(facts: RcptFacts) -> Capacity:
    """Give the largest message that anybody behind the recipient takes."""
    takers = all_accounts(facts)
    return Capacity(
        _largest(taker.account.max_receive_size for taker in takers),
        _largest(quota.room(taker.account, taker.usage) for taker in takers),
    )


def wider(one: Capacity | None, other: Capacity) -> Capacity:
    """Give the largest message that anybody behind either takes."""
    if one is None:
        return other
    return Capacity(_largest((one.most_octets, other.most_octets)), _largest((one.room, other.room)))


def _largest(limits: Iterable[int | None]) -> int | None:
    """Give the largest of limits; None, no limit, when there is none or one of them is."""
    largest = 0
    is_empty = True
    for limit in limits:
        if limit is None:
            return None
        largest, is_empty = max(largest, limit), False
    return None if is_empty else largest
