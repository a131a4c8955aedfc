"""From what became of a message to the reports about it, one for each thing that happened."""

from collections.abc import Sequence

import structlog

from mailcore.content.interface import ContentStore
from mailcore.dsn.compose import report_id
from mailcore.dsn.report import Notice, Report
from mailcore.errors import ContentAway, ContentMissing
from mailcore.mail.content import InlineContent
from processor.outbound.remote_mail import RemoteMail

_MOST_RETURNED = 64 * 1024
"""Octets of a message, or of its header section, that are returned: a report must not be a burden itself."""
_ACTIONS = ("failed", "delayed", "delivered", "relayed")

log = structlog.get_logger(__name__)


async def of_notices(
    mail: RemoteMail, notices: Sequence[Notice], store: ContentStore, *, hostname: str, target: str, now: float
) -> list[Report]:
    """Give a report for each kind of notice; `target` tells this occasion from others of the same message."""
    reports = []
    for action in _ACTIONS:
        of_action = tuple(notice for notice in notices if notice.action == action)
        if of_action:
            reports.append(
                Report(
                    id=report_id(mail.message_id, f"{target}\0{action}"),
                    to=mail.sender,
                    notices=of_action,
                    hostname=hostname,
                    at=now,
                    arrived_at=mail.accepted_at,
                    header=_cut(mail.header),
                    # RFC 3461 4.3: RET says what comes back of a message that failed.
                    whole=await _whole(mail, store) if action == "failed" and mail.ret == "FULL" else None,
                    envid=mail.envid,
                )
            )
    return reports


def _cut(header: bytes) -> bytes:
    """Give as many whole lines of the header section as are returned."""
    if len(header) <= _MOST_RETURNED:
        return header
    return header[: header.rfind(b"\r\n", 0, _MOST_RETURNED) + 2]


async def _whole(mail: RemoteMail, store: ContentStore) -> bytes | None:
    if mail.size > _MOST_RETURNED:
        return None
    if isinstance(mail.content, InlineContent):
        return mail.header + mail.content.octets[mail.body_start :]
    try:
        return mail.header + b"".join([piece async for piece in store.read(mail.content, mail.body_start)])
    except (ContentAway, ContentMissing) as error:
        # The report is worth more than what it returns.
        log.warning("a message is returned without its body", reason=str(error))
        return None
