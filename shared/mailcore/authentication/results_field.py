"""Writes `Authentication-Results` (RFC 8601 2): what was found, under the name of the server that found it.

Whatever a sender or his DNS has a say in comes out as a token, a quoted-string or an address, and never ends a line.
"""

import re
from collections.abc import Iterator, Sequence

from mailcore.address import Address, parse_address
from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, DmarcVerdict, SpfVerdict
from mailcore.mail.received import server_name

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]+")
_NOT_QUOTED = re.compile(r"[^ -~]")
_MOST_LINE = 78
_MOST_REASON = 120


def results_field(server: str, found: Authentication, sender: str) -> bytes:
    """Give the whole field, folded, CRLF-ended. `server`: our authserv-id; `sender`: the envelope sender."""
    return field_of("Authentication-Results", (server_name(server), *statements(found, sender)))


def statements(found: Authentication, sender: str) -> Iterator[str]:
    """Give what is said of each method (`resinfo`)."""
    yield _spf(found.spf, sender)
    yield from map(_dkim, found.dkim or (DkimVerdict("none"),))
    yield _dmarc(found.dmarc)
    if found.arc.result != "none":
        yield _arc(found.arc)


def field_of(name: str, parts: Sequence[str]) -> bytes:
    """Give a field of parts with semicolons between them, each on lines of its own, CRLF-ended."""
    lines = [f"{name}:"]
    for place, part in enumerate(parts):
        if place:
            lines.append("\t")
        end = ";" if place + 1 < len(parts) else ""
        for word in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^ "])+', part + end):
            gap = "" if lines[-1] == "\t" else " "
            if gap and len(lines[-1]) + len(word) >= _MOST_LINE:
                lines.append("\t" + word)
            else:
                lines[-1] += gap + word
    return "\r\n".join(lines).encode("utf-8") + b"\r\n"


def _spf(verdict: SpfVerdict, sender: str) -> str:
    if verdict.by_helo or not sender:
        return _statement("spf", verdict.result, verdict.reason, ("smtp.helo", _value(verdict.domain)))
    return _statement("spf", verdict.result, verdict.reason, ("smtp.mailfrom", _mailbox(sender)))


def _dkim(verdict: DkimVerdict) -> str:
    return _statement(
        "dkim",
        verdict.result,
        verdict.reason,
        ("header.d", _value(verdict.domain)),
        ("header.s", _value(verdict.selector)),
        ("header.a", _value(verdict.algorithm)),
        ("header.b", _quoted(verdict.fingerprint) if verdict.fingerprint else ""),
    )


def _dmarc(verdict: DmarcVerdict) -> str:
    policy = ("policy.dmarc", verdict.published) if verdict.published else ("policy.dmarc", "")
    return _statement("dmarc", verdict.result, verdict.reason, policy, ("header.from", _value(verdict.domain)))


def _arc(verdict: ArcVerdict) -> str:
    return _statement("arc", verdict.result, verdict.reason, ("header.d", _value(verdict.sealer)))


def _statement(method: str, result: str, reason: str, *properties: tuple[str, str]) -> str:
    words = [f"{method}={result}"]
    if reason and result != "pass":
        words.append(f"reason={_quoted(reason[:_MOST_REASON])}")
    return " ".join([*words, *(f"{name}={value}" for name, value in properties if value)])


def _value(text: str) -> str:
    return text if not text or _TOKEN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", _NOT_QUOTED.sub("?", text)) + '"'


def _mailbox(sender: str) -> str:
    try:
        address: Address = parse_address(sender)
    except ValueError:
        return _quoted(sender)
    return str(address)
