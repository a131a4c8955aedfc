"""Loads, once, what planning needs to know: the settings that hold now, the header section, who is to get it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from mailcore.address import Address, parse_address
from mailcore.content.interface import ContentStore
from mailcore.db.settings_store import LiveSettings
from mailcore.directory.lookup import ProcessorDirectory
from mailcore.directory.resolution import resolve
from mailcore.directory.standing_orders import StandingOrders
from mailcore.directory.targets import Resolution
from mailcore.errors import Malformed
from mailcore.mail.content import InlineContent
from mailcore.mail.incoming import Incoming
from mailcore.settings import SmtpSettings
from mailcore.srs import SrsKeys
from maildecide.message.addons.choice import Addons
from maildecide.message.context import Context, contexts_of
from maildecide.message.mail import Arrival, Mail
from maildecide.message.replying.correspondents import named_in, sender_of
from maildecide.message.rules.compiled import NO_RULES, HeaderRules
from processor.lists.knowledge import knowledge_of
from processor.order_search import OrderSearch

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

    def __init__(
        self,
        directory: ProcessorDirectory,
        settings: LiveSettings,
        content: ContentStore,
        rules: Callable[[], HeaderRules] = HeaderRules,
        srs: SrsKeys | None = None,
        *,
        addons: Callable[[], Addons] = Addons,
    ) -> None:
        """`rules` and `addons` give those that hold now; `srs` rewrites senders, where the settings want that."""
        self._srs = srs
        self._directory = directory
        self._rules = rules
        self._addons = addons
        self._settings = settings
        self._content = content

    async def load(self, incoming: Incoming) -> Loaded:
        """Load for `incoming`.

        Raises DatabaseAway, ContentAway, ContentMissing, or Malformed for a recipient that is no address.
        """
        header = await self._header(incoming)
        mail = Mail(
            incoming.envelope,
            incoming.trace_fields,
            header,
            incoming.content,
            len(header),
            Arrival(incoming.id, incoming.accepted_at, incoming.server, incoming.client, incoming.root),
            incoming.marks,
        )
        return await self.load_for(mail, self._rules())

    async def load_for(self, mail: Mail, rules: HeaderRules = NO_RULES) -> Loaded:
        """Load for a message that is at hand, and was processed before. Raises what `load` does."""
        snapshot = self._settings.current
        recipients = [_address(recipient.address) for recipient in mail.envelope.recipients]
        resolutions = await self._resolve(recipients, snapshot.settings.smtp)
        sent_to = await self._sent_to(rules, snapshot.settings.smtp)
        orders = await self._follow(resolutions, sent_to, mail, snapshot.settings.smtp)
        srs = await self._rewriting(mail.envelope.sender, snapshot.settings.smtp)
        nobody = partial(
            Context,
            target=None,
            settings=snapshot.settings,
            rules=rules,
            addons=self._addons(),
            resolutions=sent_to,
            orders=orders,
            srs=srs,
            lists=await knowledge_of(mail, resolutions, self._directory, self._content),
        )
        contexts = tuple(
            context
            for place, (recipient, resolution) in enumerate(zip(recipients, resolutions, strict=True))
            for context in contexts_of(nobody(recipient, place=place), resolution)
        )
        return Loaded(mail, contexts, snapshot.revision)

    async def _rewriting(self, sender: str, smtp: SmtpSettings) -> SrsKeys | None:
        """Give what rewrites a sender; None for the null sender, for one of ours, and for what is no address."""
        if not smtp.forward_srs or self._srs is None:
            return None
        try:
            domain = parse_address(sender).domain
        except ValueError:
            return None
        return self._srs if await self._directory.domain(domain) is None else None

    async def _follow(
        self, resolutions: Sequence[Resolution], sent_to: dict[str, Resolution], mail: Mail, smtp: SmtpSettings
    ) -> dict[str, StandingOrders]:
        """Give what the accounts behind recipients do by themselves, and in `sent_to` who is behind what they need."""
        search = OrderSearch(self._directory, partial(self._resolve, smtp=smtp), sent_to)
        await search.follow(resolutions, mail.envelope.sender)
        if any(orders.autoreply for orders in search.orders.values()):
            await search.look_up(dict.fromkeys((*named_in(mail), sender_of(mail) or "")))
        return search.orders

    async def _sent_to(self, rules: HeaderRules, smtp: SmtpSettings) -> dict[str, Resolution]:
        """Give who is behind the addresses that rules send to."""
        addresses = [parse_address(address) for address in rules.sends_to]
        return dict(zip(rules.sends_to, await self._resolve(addresses, smtp), strict=True))

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


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise Malformed(f"a recipient is no address: {error}") from error
