"""All header rules, compiled, and found by whose mail a message is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailcore.directory.header_rule import EVERYBODY, HeaderRule
from mailcore.directory.rule_action import Reject, RuleAction, addresses_of
from maildecide.message.rules.condition_test import Test, all_tests
from maildecide.message.rules.facts import RuleFacts


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule."""

    id: int
    name: str
    holds: Test
    actions: tuple[RuleAction, ...]


class HeaderRules:
    """The rules that are enabled, in their order."""

    def __init__(self, rules: Iterable[HeaderRule] = ()) -> None:
        """Raise ValueError for an expression that does not compile."""
        enabled = [rule for rule in rules if rule.enabled]
        self._rules = tuple(CompiledRule(rule.id, rule.name, all_tests(rule.when), rule.actions) for rule in enabled)
        self._incoming = _places(enabled, "incoming")
        self._outgoing = _places(enabled, "outgoing")
        self.can_reject = any(isinstance(action, Reject) for rule in enabled for action in rule.actions)
        """Whether any of them rejects messages."""
        self.sends_to = tuple(dict.fromkeys(address for rule in enabled for address in addresses_of(rule.actions)))
        """All addresses that they send messages to."""

    def __len__(self) -> int:
        return len(self._rules)

    def applying(self, facts: RuleFacts) -> tuple[CompiledRule, ...]:
        """Give the rules for whose mail it is, in their order; their conditions are still to be asked."""
        places = {*_of(self._incoming, facts.incoming_for), *_of(self._outgoing, facts.outgoing_for)}
        return tuple(self._rules[place] for place in sorted(places))


def _places(rules: Iterable[HeaderRule], direction: str) -> dict[str, list[int]]:
    """Give the places of the rules for a direction, by their scope."""
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        if rule.direction in (direction, "both"):
            found.setdefault(rule.scope, []).append(place)
    return found


def _of(places: Mapping[str, list[int]], owners: tuple[str, ...] | None) -> Iterator[int]:
    if places and owners is not None:
        for owner in (EVERYBODY, *owners):
            yield from places.get(owner, ())


NO_RULES = HeaderRules()
