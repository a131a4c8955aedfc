"""What a client is told is declared in `mailcore.replies`, once, and fits the wire."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGES, named, source_files, strings, tree

from mailcore import replies
from mailcore.replies import Reply

DECLARED = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}
DECLARING = PACKAGES["mailcore"] / "replies.py"
REPLY = re.compile(r"[245]\d\d[ -]")
LONGEST_FILLING = {"hostname": 255, "command": 0, "syntax": 80}
"""What a placeholder is filled with at most, in octets; `command` is cut to what fits. Others are numbers or ids."""


@pytest.mark.parametrize("path", [path for path in source_files() if path != DECLARING], ids=named)
def test_no_reply_is_spelt_elsewhere(path: Path) -> None:
    assert [text for text in strings(path) if REPLY.match(text)] == []


def test_no_two_replies_are_equal() -> None:
    assert [str(reply) for reply, count in Counter(DECLARED.values()).items() if count > 1] == []


@pytest.mark.parametrize("name", DECLARED)
def test_replies_are_ascii_and_fit_a_reply_line(name: str) -> None:
    """RFC 5321 4.5.3.1.5: 512 octets with the CRLF."""
    reply = DECLARED[name]
    placeholders = {field for _, field, _, _ in string.Formatter().parse(reply.text) if field}
    filled = reply.about(**{field: "x" * LONGEST_FILLING.get(field, 36) for field in placeholders})
    assert filled.text.isascii()
    assert all(len(line) <= 512 for line in filled.wire().splitlines(keepends=True))


def test_every_reply_is_used() -> None:
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in source_files()
        if path != DECLARING
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert set(DECLARED) - used == set()
