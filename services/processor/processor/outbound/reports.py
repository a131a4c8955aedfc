"""From what became of a message to the reports about it, one for each thing that happened."""

from collections.abc import Sequence

import structlog

from mailcore.content.interface import ContentStore
from mailcore.dsn.compose import report_id
from mailcore.dsn.report import Notice, Report, Streamed
from mailcore.errors import ContentAway, ContentMissing
from mailcore.settings import DeliverySettings
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.rendering import is_ascii, rest_of

_MOST_HELD = 64 * 1024
"""Octets of a header section that are returned, and of a message that is held for it; a larger one is streamed."""
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")

log = structlog.get_logger(__name__)


async def of_notices(
    mail: RemoteMail,
    notices: Sequence[Notice],
    store: ContentStore,
    settings: DeliverySettings,
    *,
    hostname: str,
    target: str,
    now: float,
) -> list[Report]:
    """Give a report for each kind of notice; `target` tells this occasion from others of the same message."""
    reports = []
    senders = {one.address: mail.sender_for(one) for one in mail.recipients}
    for action in _ACTIONS:
        # Who got a copy of his own is reported to its own sender.
        for sender in dict.fromkeys(senders[one.recipient] for one in notices if one.action == action):
            apart = "" if sender == mail.sender else f"\0{sender}"
            reports.append(
                Report(
                    id=report_id(mail.message_id, f"{target}\0{action}{apart}"),
                    to=sender,
                    notices=tuple(one for one in notices if one.action == action and senders[one.recipient] == sender),
                    hostname=hostname,
                    at=now,
                    arrived_at=mail.accepted_at,
                    header=_cut(mail.header),
                    whole=await _whole(mail, store, settings) if action == "failed" else None,
                    envid=mail.envid,
                    smtputf8=mail.smtputf8,
                )
            )
    return reports


def _cut(header: bytes) -> bytes:
    """Give as many whole lines of the header section as are returned."""
    if len(header) <= _MOST_HELD:
        return header
    return header[: header.rfind(b"\r\n", 0, _MOST_HELD) + 2]


async def _whole(mail: RemoteMail, store: ContentStore, settings: DeliverySettings) -> bytes | Streamed | None:
    """Give what comes back of a message that failed, beside its header section (RFC 3461 4.3)."""
    if mail.ret != "FULL" or mail.size > settings.dsn_return_bytes:
        return None
    try:
        if mail.size > _MOST_HELD:
            return Streamed(mail.header.isascii() and await is_ascii(rest_of(mail, store)))
        return mail.header + b"".join([piece async for piece in rest_of(mail, store)])
    except (ContentAway, ContentMissing) as error:
        # The report is worth more than what it returns.
        log.warning("a message is returned without its body", reason=str(error))
        return None
