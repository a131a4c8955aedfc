"""Loads, once, what planning needs to know: the settings that hold now, the header section, who is to get it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mailcore.address import Address, parse_address
from mailcore.content.interface import ContentStore
from mailcore.db.settings_store import LiveSettings
from mailcore.directory.lookup import Directory
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import RemoteTarget, Resolution, takes_mail
from mailcore.errors import Malformed
from mailcore.mail.content import InlineContent
from mailcore.mail.incoming import Incoming
from mailcore.settings import SmtpSettings
from maildecide.message.context import Context
from maildecide.message.mail import Arrival, Mail

MOST_HEADER = 16 * 1024 * 1024
"""Octets of a header section that are held in memory, as many as `max_header_size` can allow; what is beyond passes
like the body, untouched."""
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message with everything that planning needs."""

    mail: Mail
    contexts: tuple[Context, ...]
    """One for each who is behind a recipient, recipients in envelope order."""
    settings_revision: int


class Loader:
    """Reads from the directory, the settings and the content store."""

    def __init__(self, directory: Directory, settings: LiveSettings, content: ContentStore) -> None:
        self._directory = directory
        self._settings = settings
        self._content = content

    async def load(self, incoming: Incoming) -> Loaded:
        """Load for `incoming`.

        Raises DatabaseAway, ContentAway, ContentMissing, or Malformed for a recipient that is no address.
        """
        snapshot = self._settings.current
        recipients = [_address(recipient.address) for recipient in incoming.envelope.recipients]
        resolutions = await self._resolve(recipients, snapshot.settings.smtp)
        header = await self._header(incoming)
        mail = Mail(
            incoming.envelope,
            incoming.trace_fields,
            header,
            incoming.content,
            len(header),
            Arrival(incoming.id, incoming.accepted_at, incoming.server, incoming.client),
            incoming.marks,
        )
        contexts = tuple(
            context
            for place, (recipient, resolution) in enumerate(zip(recipients, resolutions, strict=True))
            for context in _contexts(Context(recipient, None, snapshot.settings, place, resolution.via), resolution)
        )
        return Loaded(mail, contexts, snapshot.revision)

    async def _resolve(self, recipients: Sequence[Address], smtp: SmtpSettings) -> list[Resolution]:
        found: list[Resolution] = []
        for start in range(0, len(recipients), _AT_ONCE):
            some = recipients[start : start + _AT_ONCE]
            if len(some) == 1:
                found.append(await resolve(self._directory, some[0], smtp))
            else:
                found += await asyncio.gather(*(resolve(self._directory, one, smtp) for one in some))
        return found

    async def _header(self, incoming: Incoming) -> bytes:
        size = min(incoming.header_size, MOST_HEADER)
        content = incoming.content
        if isinstance(content, InlineContent):
            header = content.octets[:size]
        else:
            header = b"".join([piece async for piece in self._content.read(content, 0, size)])
        if size < incoming.header_size:
            lines, end, _ = header.rpartition(b"\r\n")
            return lines + end
        return header


def _contexts(nobody: Context, resolution: Resolution) -> Iterator[Context]:
    """Give a context for each who is behind a recipient; `nobody`, as it is, when that is nobody."""
    if resolution.status == "unmanaged":
        yield replace(nobody, target=RemoteTarget(str(nobody.recipient)))
    elif not resolution.targets:
        yield nobody
    others = len(resolution.takers)
    for target in resolution.targets:
        yield replace(nobody, target=target, others_take_it=others > takes_mail(target))


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise Malformed(f"a recipient is no address: {error}") from error
