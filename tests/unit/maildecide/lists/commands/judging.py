"""What tests of single commands stand on: what is known, and what was decided."""

from dataclasses import replace
from typing import Any

from tests.list_builders import a_known_list, a_member

from mailcore.list_deeds import Deed
from maildecide.lists.commands.facts import Commander, CommandFacts
from maildecide.lists.commands.judge import judge
from maildecide.lists.commands.judgement import Do, Judgement
from maildecide.lists.commands.vocabulary import command_of

NOW = 1_767_225_600.0
ADA, OLGA, NEW = "ada@example.net", "olga@example.com", "ada@example.org"
HELD = "0190a1b2-0000-7000-8000-000000000001"
MEMBER = a_member(ADA)
OWNERS = (OLGA,)


def facts_of(address: str = ADA, *, member: bool = False, verified: bool = False, **changes: Any) -> CommandFacts:
    """Give what is known of a command by somebody; what is no field of the facts is one of the list."""
    of_facts = {name: changes.pop(name) for name in list(changes) if name in CommandFacts.__dataclass_fields__}
    known = a_known_list("control", a_member("mona@example.com", role="moderator"), **changes)
    commander = Commander(address, is_verified=verified)
    facts = CommandFacts(known, commander, a_member(address) if member else None, NOW)
    return replace(facts, **of_facts)


def judged(line: str, facts: CommandFacts) -> Judgement:
    command = command_of(line)
    assert command is not None
    return judge(facts, command)


def outcome(line: str, facts: CommandFacts) -> tuple[list[Deed], list[str]]:
    """Give the deeds, and the phrases when they succeed."""
    acts = judged(line, facts).acts
    said = [act.saying("done") if isinstance(act, Do) else act for act in acts]
    return [act.deed for act in acts if isinstance(act, Do)], [say.phrase for say in said]
