"""What stands for somebody, or something, in a header field: a name that people read, and what is in angle brackets."""

from mailcore.mail.encoded_words import encoded_words

_QUOTED = str.maketrans({'"': r"\"", "\\": r"\\"})
_MOST_QUOTED = 900
"""Characters that fit into a line in any case (998 octets)."""


def named_mailbox(name: str, within: str) -> bytes:
    """Give `"name" <within>`, folded between the two, the name encoded where it must be (RFC 5322 3.4, RFC 2047 5).

    The name holds no control characters; an empty one is left out. Not CRLF-ended.
    """
    where = f"<{within}>".encode()
    if not name:
        return where
    quoted = f'"{name.translate(_QUOTED)}"'
    # Many readers decode what looks like an encoded word in quotes too.
    if quoted.isascii() and "=?" not in quoted and len(quoted) <= _MOST_QUOTED:
        return f"{quoted}\r\n ".encode("ascii") + where
    return b"\r\n ".join((*encoded_words(name), where))
