r"""SMTP conversations as text files: reading them.

The first lines say what the file shows and what server it needs; `# key: value` is for the server (see
`session_server.py` and `ingress_server.py`), all other `#` lines are for the reader. Then, one a line:

    C: text           sent with CRLF; lines that follow each other are sent in one go
    C> text           sent without CRLF; `\r`, `\n`, `\x00` ... are escapes here
    C* 500 text       sent 500 times, escapes as above
    S: NAME [words]   the reply of that name in `mailcore.replies` comes; the words must occur in it (\n: a new line)
    S: 250 [words]    a reply with that code comes
    S: closed         the server closes
    S: silent 0.2     for so many seconds nothing comes
    tls               the client begins TLS
    wait 0.5          for so many seconds nothing is sent
    shut              the client closes its side only
    hang up           the client is gone
    again             a new connection takes the place of this one
    O: text           the server's operator does this (see `ingress_server.py`)
    H: text           the handler hears this next (events that nobody asked for before it are passed over)
    H! text           the handler has not heard anything that begins so
    D: example.org MX DNS is asked this next (questions before it are passed over)
    D! text           DNS has not been asked anything that begins so; without a text, not been asked at all
"""

import re
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(r"# ([a-z]+): (.*)")
_STEP = re.compile(r"([CSHOD][:>*!]|tls|wait|shut|hang up|again)(?: (.*))?", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One line: what it does, its text, and where it stands."""

    kind: str
    text: str
    place: str


@dataclass(frozen=True)
class Conversation:
    """One file."""

    needs: tuple[tuple[str, str], ...]
    """What is asked of the server, as keys and values; a key may come more than once."""
    steps: tuple[Step, ...]

    @property
    def server(self) -> str:
        """The kind of server it is held with."""
        return dict(self.needs).get("server", "session")


def read_conversation(path: Path) -> Conversation:
    """Read a file. Raises ValueError, saying which line it does not understand."""
    needs: list[tuple[str, str]] = []
    steps: list[Step] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        if line.startswith("#"):
            header = _HEADER.fullmatch(line)
            if header is not None:
                needs.append((header[1], header[2].strip()))
            continue
        match = _STEP.fullmatch(line)
        if match is None:
            raise ValueError(f"{path.name}:{number}: {line!r} is no step")
        steps.append(Step(match[1], match[2] or "", f"{path.name}:{number}"))
    return Conversation(tuple(needs), tuple(steps))


def octets_of(step: Step) -> bytes:
    """Give what a `C` step sends."""
    if step.kind == "C:":
        return step.text.encode("utf-8") + b"\r\n"
    if step.kind == "C>":
        return _unescaped(step.text)
    count, _, text = step.text.partition(" ")
    return _unescaped(text) * int(count)


def _unescaped(text: str) -> bytes:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
