"""What a client is told is declared in `mailcore.replies`, once, and fits the wire."""

import ast
import re
import string
from collections import Counter

import pytest
from tests.architecture.sources import PACKAGES, named, source_files, strings, tree

from mailcore import replies
from mailcore.replies import Reply

DECLARED = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}
DECLARING = PACKAGES["mailcore"] / "replies.py"
MOST_OCTETS = 512
REPLY = re.compile(r"[245]\d\d[ -]")
LONGEST_FILLING = {"hostname": 255, "command": 0, "syntax": 80, "zone": 255}
"""What a placeholder is filled with at most, in octets; `command` is cut to what fits. Others are numbers or ids."""


@pytest.mark.slow
def test_no_reply_is_spelt_elsewhere() -> None:
    spelt = {named(path): [text for text in strings(path) if REPLY.match(text)] for path in source_files()}
    assert {name: texts for name, texts in spelt.items() if texts and name != named(DECLARING)} == {}


def test_no_two_replies_are_equal() -> None:
    assert [str(reply) for reply, count in Counter(DECLARED.values()).items() if count > 1] == []


def test_replies_are_ascii_and_fit_a_reply_line() -> None:
    """RFC 5321 4.5.3.1.5: 512 octets with the CRLF."""
    assert [name for name, reply in DECLARED.items() if not reply.text.isascii()] == []
    lines = {name: _filled(reply).wire().splitlines(keepends=True) for name, reply in DECLARED.items()}
    assert [name for name, wire in lines.items() if max(map(len, wire)) > MOST_OCTETS] == []


def _filled(reply: Reply) -> Reply:
    placeholders = {field for _, field, _, _ in string.Formatter().parse(reply.text) if field}
    return reply.about(**{field: "x" * LONGEST_FILLING.get(field, 36) for field in placeholders})


def test_every_reply_is_used() -> None:
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in source_files()
        if path != DECLARING
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert set(DECLARED) - used == set()
