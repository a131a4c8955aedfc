"""Loads, once, what planning needs to know: the settings that hold now, the header section, the accounts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailcore.address import Address, normalise_local_address, parse_address
from mailcore.content.interface import ContentStore
from mailcore.db.settings_store import LiveSettings
from mailcore.directory.account import Account
from mailcore.directory.lookup import Directory
from mailcore.errors import Malformed
from mailcore.mail.content import InlineContent
from mailcore.mail.incoming import Incoming
from maildecide.message.context import Context
from maildecide.message.mail import Mail

MOST_HEADER = 256 * 1024
"""Octets of a header section that are held in memory; what is beyond passes like the body, untouched."""
_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message with everything that planning needs."""

    mail: Mail
    contexts: tuple[Context, ...]
    """One per recipient, in envelope order."""
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
        keys = [None if recipient.is_literal else normalise_local_address(str(recipient)) for recipient in recipients]
        accounts = await self._accounts(key for key in dict.fromkeys(keys) if key is not None)
        header = await self._header(incoming)
        mail = Mail(incoming.envelope, incoming.trace_fields, header, incoming.content, len(header))
        contexts = tuple(
            Context(recipient, None if key is None else accounts[key], snapshot.settings)
            for recipient, key in zip(recipients, keys, strict=True)
        )
        return Loaded(mail, contexts, snapshot.revision)

    async def _accounts(self, names: Iterator[str]) -> dict[str, Account | None]:
        found: dict[str, Account | None] = {}
        while some := tuple(islice(names, _AT_ONCE)):
            if len(some) == 1:
                found[some[0]] = await self._directory.account(some[0])
            else:
                found.update(zip(some, await asyncio.gather(*map(self._directory.account, some)), strict=True))
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


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise Malformed(f"a recipient is no address: {error}") from error
