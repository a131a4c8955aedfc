"""What an addon is told of a message beside the message itself: names and values. Pure."""

from collections.abc import Sequence

from mailcore.mail.incoming import Incoming

_MOST_RECIPIENTS = 1000
_MOST_OCTETS = 64 * 1024
"""Of one value: half of what the kernel takes, so that no client can keep a program from being run."""


def facts(incoming: Incoming, recipients: Sequence[str], addon: str, attempt: int) -> dict[str, str]:
    """Give the facts. What is not known is empty; a value is one line, but `RECIPIENTS`, which has one on each."""
    client, marks = incoming.client, incoming.marks
    told = {
        "ADDON": addon,
        "ATTEMPT": str(attempt),
        "MESSAGE_ID": str(incoming.id),
        "ACCEPTED_AT": f"{incoming.accepted_at:.3f}",
        "SIZE": str(incoming.size),
        "SENDER": incoming.envelope.sender,
        "RECIPIENT": recipients[0],
        "RECIPIENTS": "\n".join(recipients[:_MOST_RECIPIENTS]),
        "RECIPIENT_COUNT": str(len(recipients)),
        "CLIENT_IP": client.ip,
        "CLIENT_NAME": client.host or "",
        "CLIENT_HELO": client.helo,
        "CLIENT_PROTOCOL": client.protocol,
        "LISTENER": client.listener,
        "ACCOUNT": client.account or "",
        "SERVER": incoming.server,
        "BANNED": marks.banned or "",
        "INCOMPLETE": "yes" if marks.incomplete else "",
        "RELAY_PERMITTED": "yes" if marks.relay_permitted else "",
        "EXTERNAL_SENDER": "yes" if marks.external_sender else "",
    }
    return {f"MAIL_{name}": _clean(value) for name, value in told.items()}


def _clean(value: str) -> str:
    """Give what an environment can hold: no NUL, no octets that are no text, of bearable length."""
    return value.replace("\0", "").encode("utf-8", "replace")[:_MOST_OCTETS].decode("utf-8", "ignore")
