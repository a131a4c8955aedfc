"""One command line: its verb and argument, how long it may be, and how much of it may be shown."""

from mailcore import replies
from mailcore.replies import Reply

_LONGEST = 512  # RFC 5321 4.5.3.1.4, CRLF included
# What each extension adds to the line of a command it extends.
_LONGEST_BY_VERB = {
    "MAIL": _LONGEST
    + 26  # SIZE, RFC 1870
    + 17  # BODY, RFC 6152
    + 10  # SMTPUTF8, RFC 6531
    + 500  # AUTH, RFC 4954
    + 9  # RET, RFC 3461
    + 307,  # ENVID, RFC 3461: 100 characters, each up to three in xtext
    "RCPT": _LONGEST + 500 + 29,  # ORCPT and NOTIFY, RFC 3461
    "AUTH": 12_288,  # RFC 4954 4
    "XREENTRY": 12_288,  # our own
}
_ECHO = bytes(octet if 0x20 <= octet < 0x7F else ord("?") for octet in range(256))  # noqa: PLR2004 - printable ASCII
_NOTHING_SHOWN = replies.COMMAND_UNRECOGNIZED.about(command="")
_ECHOED = 512 - len(_NOTHING_SHOWN.wire())


def split(line: bytes) -> tuple[str, str]:
    """Give the verb in capitals and the argument; octets that are no UTF-8 come as surrogates."""
    verb, _, argument = line.decode("utf-8", "surrogateescape").strip(" \r\n").partition(" ")
    return verb.upper(), argument.lstrip(" ")


def is_too_long(verb: str, line: bytes) -> bool:
    """Say whether a line with this verb is longer than RFC 5321 4.5.3.1.4 and the extensions allow."""
    return len(line) > _LONGEST and len(line) > _LONGEST_BY_VERB.get(verb, _LONGEST)


def unrecognized(line: bytes) -> Reply:
    """Give the reply to a line whose verb is unknown: it shows the line, printable and within 512 octets."""
    shown = line.rstrip(b"\r\n").translate(_ECHO)[:_ECHOED].decode("ascii")
    return replies.COMMAND_UNRECOGNIZED.about(command=shown)


def without_echo(reply: Reply) -> Reply:
    """Give a reply to an unknown verb as it may be kept: what it shows may be a secret that was typed out of step."""
    return _NOTHING_SHOWN if reply.text.startswith(_NOTHING_SHOWN.text) else reply
