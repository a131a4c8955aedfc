"""Lines that the sender's program broke, whole again (RFC 3676 4): a long `add` is one command. Pure."""

_SIGNATURE = "-- "


def whole_lines(text: str, *, without_blank: bool) -> str:
    """Give a text of `format=flowed` as it was written.

    `without_blank`: whether the blank at a soft break is none of the text (`DelSp=yes`), as where words have none.
    """
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.splitlines():
        stuffed = line.lstrip(">")
        depth = len(line) - len(stuffed)
        words = stuffed.removeprefix(" ")
        is_open = words.endswith(" ") and words != _SIGNATURE
        kept = words[:-1] if is_open and without_blank else words
        if open_depth == depth and words != _SIGNATURE:
            lines[-1] += kept
        else:
            lines.append(line[:depth] + kept)
        open_depth = depth if is_open else None
    return "\n".join(lines)
