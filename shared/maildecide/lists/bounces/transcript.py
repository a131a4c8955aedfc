"""Reads what servers say in their own words: fields outside their part, replies of SMTP, and the usual phrases.

The last resort, for what a server wrote. It tells whether a message has been given up, and names nobody: that is known
from the address that it came back to, or not at all. Never raises; takes time in proportion to the octets.
"""

import re
from collections.abc import Iterator

from mailcore.mail.header_edits import fields_called
from maildecide.lists.bounces.said import MOST_WHY, Kind, Said
from maildecide.lists.bounces.status_report import read_groups
from maildecide.lists.commands.plain_text import readable_text
from maildecide.message.made_here import subject_in

_MOST_OCTETS = 32 * 1024
_MOST_PARTS = 12
_MOST_LINES = 400
_MOST_LINE = 1000
_DESCRIBING = (b"content-type", b"content-transfer-encoding")
_RETURNED = re.compile(
    r"^(?:received:|return-path:)|\b(?:original|returned|unsent) message\b|\bcopy of (?:the|your|this) message\b"
    r"|\bmessage headers follow\b",
    re.IGNORECASE,
)
"""Where what came back begins, of which nothing is looked at."""
_REPLY = re.compile(
    r"(?:^|[\s:>'\"\[(])(?:([45])\d\d(?:[ -]([45])\.\d{1,3}\.\d{1,3}\b|[ -](?=\S))|#([45])\.\d{1,3}\.\d{1,3}\b)"
)
"""A reply of SMTP, with or without an enhanced status (RFC 3463), or such a status alone as qmail writes it."""
_DELAYED = re.compile(
    r"\bdelay(?:ed)?\b|\bstill being retried\b|\bwill be retried\b|\bwill (?:keep|continue) trying\b"
    r"|\bnot yet been delivered\b|\bno action is required\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:could not|cannot|can't|wasn't able to|unable to|were unable to) (?:be )?deliver"
    r"|\bundeliver|\bdelivery (?:\w+ )?(?:has )?fail|\bfail(?:ed|ure) (?:notice|delivery|reason)|\breturned mail\b"
    r"|\bgiving up\b|\bpermanent (?:\w+ )?error|\bdelivery errors\b"
    r"|\berror (?:has occurred )?(?:while|sending|delivering)\b"
    r"|\bunknown user\b|\buser unknown\b|\bmail failed\b|\bcould not be reached\b"
    r"|配信でき|配送でき|送信でき|届けでき|不達",
    re.IGNORECASE,
)


def read_transcript(header: bytes, beginning: bytes) -> Said | None:
    """Give what a server says in a message with that header section, and that beginning of a body; None: nothing."""
    lines, subject = list(_lines(header, beginning[:_MOST_OCTETS])), subject_in(header)
    if (said := read_groups(line.encode() for line in lines)) is not None:
        return said
    if _DELAYED.search(subject):
        return Said("delayed", why=subject[:MOST_WHY], read_by="words")
    replies = [(line, found) for line in lines if (found := _REPLY.search(line)) is not None]
    refused = next((line for line, found in replies if "5" in found.groups()), None)
    if refused is not None:
        return Said("failed", why=refused.strip()[:MOST_WHY], read_by="reply")
    if any(_DELAYED.search(line) for line in lines):
        return Said("delayed", read_by="words")
    failed = next((line for line in (*lines, subject) if _FAILED.search(line)), None)
    if replies:
        # All of them of the class that may pass.
        kind: Kind = "delayed" if failed is None else "transient"
        return Said(kind, why=replies[0][0].strip()[:MOST_WHY], read_by="reply")
    return None if failed is None else Said("failed", why=failed.strip()[:MOST_WHY], read_by="words")


def _lines(header: bytes, beginning: bytes) -> Iterator[str]:
    """Give the lines of what the server has to say."""
    if beginning.count(b"boundary=") > _MOST_PARTS:
        return
    described = b"".join(
        raw for name in _DESCRIBING for raw in fields_called(header, name)[:1] if len(raw) <= _MOST_LINE
    )
    text = readable_text(described + b"\r\n" + beginning.removeprefix(b"\r\n"))
    for count, line in enumerate(text.splitlines()):
        if count >= _MOST_LINES or _RETURNED.search(line[:_MOST_LINE]):
            return
        yield line[:_MOST_LINE]
