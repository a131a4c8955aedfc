"""`summary` and `get`: members look back on what was posted, where it is kept."""

import re

from mailcore.list_deeds import SendAgain
from mailcore.mail.date_time import date_alone
from maildecide.lists.commands.facts import CommandFacts
from maildecide.lists.commands.judgement import Judgement, do, say
from maildecide.lists.commands.outcomes import Outcomes
from maildecide.lists.commands.usage import form_of
from maildecide.lists.commands.vocabulary import Command

MOST_SHOWN = 50
"""Posts of one summary."""
MOST_SENT = 20
"""Posts that one `get` sends."""
MOST_NUMBER = 2**63 - 1
_RANGE = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?")
_LAST = "last"


def summary(facts: CommandFacts, command: Command) -> Judgement:
    """Show the subjects of the last posts."""
    if (objection := _objection(facts)) is not None:
        return objection
    if range_of(command) is None:
        return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    if not facts.posts:
        return say("no_posts")
    lines = (f"{post.number:>7}  {date_alone(post.at)}  {post.subject}" for post in facts.posts)
    return say("summary", posts="\n".join(lines))


def get(facts: CommandFacts, command: Command) -> Judgement:
    """Send posts again, to the member's own address."""
    if (objection := _objection(facts)) is not None:
        return objection
    numbers = _numbers(facts, command)
    if not numbers:
        return say("wrong_arguments", usage=form_of(command.verb, facts.list.language))
    sent, more = numbers[:MOST_SENT], numbers[MOST_SENT:]
    said: Outcomes = {
        "done": "first_posts_sent" if more else "posts_sent",
        "unfit": "posts_missing",
        "limited": "limited",
    }
    return do(SendAgain(facts.address, sent), said, address=facts.address, most=str(MOST_SENT))


def range_of(command: Command) -> tuple[int, int] | None:
    """Give the first and the last number of the posts that are to be shown; None where the word is none."""
    if not command.arguments:
        return 0, MOST_NUMBER
    found = _RANGE.fullmatch(command.arguments[0])
    if found is None:
        return None
    return int(found[1]), int(found[2]) if found[2] else MOST_NUMBER


def _objection(facts: CommandFacts) -> Judgement | None:
    if facts.member is None:
        return say("members_only")
    return None if facts.list.archive else say("no_archive")


def _numbers(facts: CommandFacts, command: Command) -> tuple[int, ...]:
    """Give the numbers that are named, each once, or more of them than are sent; none where a word is none."""
    numbers: dict[int, None] = {}
    for word in command.arguments:
        found = _RANGE.fullmatch(word)
        if word.lower() == _LAST:
            numbers |= dict.fromkeys(post.number for post in facts.posts[-1:])
        elif found is None:
            return ()
        else:
            first, last = int(found[1]), int(found[2] or found[1])
            numbers |= dict.fromkeys(range(first, min(last, first + MOST_SENT) + 1))
    return tuple(numbers)
