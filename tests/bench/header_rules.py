"""What header rules cost a message: `python -m tests.bench.header_rules`.

No rules, 100 for other accounts, 100 that look into the header section without holding, and ten that edit; for one
recipient and for 100 of the same message.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from tests.builders import a_context, a_header_rule, a_mail

from mailcore.directory.header_rule import HeaderRule
from maildecide.message.pipeline import plan_message
from maildecide.message.rules.compiled import HeaderRules
from maildecide.message.steps import header_rules

HEADER = b"".join(b"X-Field-%d: %s\r\n" % (number, b"word " * 12) for number in range(40)) + (
    b"Subject: =?UTF-8?B?5bqD5ZGK44Gu44GK55+l44KJ44Gb?=\r\nFrom: bob@example.net\r\nTo: ada@example.com\r\n"
)
ROUNDS = 200
MOST_WITHOUT_RULES = 100e-6
"""Seconds for the plan of a message when no rule is about it."""


def looking(number: int) -> HeaderRule:
    """Give a rule that looks and does not hold."""
    op = ("contains", "matches", "wildcard", "equals")[number % 4]
    condition = {"kind": "header", "name": "Subject", "op": op, "value": f"nothing like {number}"}
    return a_header_rule("discard", when=[condition])


def editing(number: int) -> HeaderRule:
    """Give a rule that edits."""
    return a_header_rule({"kind": "set_header", "name": f"X-Field-{number}", "value": "changed"})


def measure(rules: Sequence[HeaderRule], recipients: int) -> float:
    """Give the seconds that one recipient takes."""
    compiled = HeaderRules(rules)
    contexts = [
        replace(a_context(f"user{number}@example.com"), rules=compiled, place=0) for number in range(recipients)
    ]
    rounds = max(1, ROUNDS // recipients)
    mails = [a_mail(header=HEADER + b"X-Round: %d\r\n" % number) for number in range(rounds)]
    began = time.perf_counter()
    for mail in mails:
        plan_message((header_rules.apply,), mail, contexts)
    return (time.perf_counter() - began) / (rounds * recipients)


def main() -> None:
    """Print all."""
    elsewhere = [a_header_rule("discard", scope=f"other{number}@example.com") for number in range(100)]
    kinds = {
        "no rules": [],
        "100 rules for others": elsewhere,
        "100 rules that look": [looking(number) for number in range(100)],
        "10 rules that edit": [editing(number) for number in range(10)],
    }
    for name, rules in kinds.items():
        one, many = measure(rules, 1), measure(rules, 100)
        print(f"{name:20}: {1e6 * one:7.1f} us for one recipient, {1e6 * many:7.1f} us for each of 100")
        assert rules not in ([], elsewhere) or one < MOST_WITHOUT_RULES


if __name__ == "__main__":
    main()
