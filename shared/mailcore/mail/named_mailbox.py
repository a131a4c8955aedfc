"""What stands for somebody, or something, in a header field: a name that people read, and what is in angle brackets."""

from mailcore.mail.encoded_words import encoded_words

_QUOTED = str.maketrans({'"': r"\"", "\\": r"\\"})


def named_mailbox(name: str, within: str) -> bytes:
    """Give `"name" <within>`, folded between the two, the name encoded where it must be (RFC 5322 3.4, RFC 2047 5).

    The name holds no control characters; an empty one is left out. Not CRLF-ended.
    """
    where = f"<{within}>".encode()
    if not name:
        return where
    if name.isascii():
        return f'"{name.translate(_QUOTED)}"\r\n '.encode("ascii") + where
    return b"\r\n ".join((*encoded_words(name), where))
