"""Whom an address field names (RFC 5322 3.4), however badly it is written.

There is one reader of it: whose domain is asked about must be who is taken for the author, or somebody could have the
word of one domain count for an address of another.
"""

import re
from collections.abc import Iterator

_MOST_OCTETS = 65_536
"""Of a field; what stands behind them is not read, so that one without end takes no time."""
# Commas and semicolons end an address behind a backslash, too: outside of quotes it has no meaning, and readers differ.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"@?|\\[^,;]|[^()"<>,;:\\]+|.', re.DOTALL)
# A quotation mark quotes nothing there (RFC 5322 3.2.2): no address hides between those of two comments.
_COMMENT_TOKEN = re.compile(r"\\.|[^()\\]+|.", re.DOTALL)


def addresses_named(raw: bytes) -> Iterator[str]:
    """Give the addresses in a field, which comes with its name, without blanks in them; what is none comes as well.

    They are what stands in angle brackets, else what stands alone; names, names of groups and comments are left out.
    """
    plain, is_within = "", False
    bracketed: list[str] = []
    value = raw[:_MOST_OCTETS].partition(b":")[2].decode("utf-8", "replace")
    for text in (*_outside_comments(value), ","):
        match text:
            case "," | ";":
                yield from filter(None, bracketed or [plain])
                plain, bracketed, is_within = "", [], False
            case "<" | "\\<" if not is_within:
                bracketed.append("")
                is_within = True
            case ">" if is_within:
                is_within = False
            case ":" if not is_within:
                plain = ""
            case _ if is_within:
                bracketed[-1] += text
            case _ if not text.endswith('"'):
                plain += text


def _outside_comments(value: str) -> Iterator[str]:
    """Give the tokens of a value, quoted strings whole with the `@` behind them, and no blanks beside them."""
    depth = at = 0
    while (token := (_COMMENT_TOKEN if depth else _TOKEN).match(value, at)) is not None:
        text, at = token[0], token.end()
        if text in {"(", ")"}:
            depth = depth + 1 if text == "(" else max(0, depth - 1)
        elif not depth:
            yield text if text.startswith('"') else "".join(text.split())
