"""What an address leads to: accounts, plus-addresses, aliases, lists, postmaster and abuse, the catch-all, in order.

Asked by ingress at RCPT, for senders at MAIL (without the catch-all, which makes nobody local), by the processor, and
by the REST API for settings that must name a local address. A name that is known under its full spelling is that, also
when it contains the plus separator. Dangling references, which the API prevents where it can, lead to nobody.
"""

from mailcore.address import ROLES, Address, local_key, parse_address, stored_form
from mailcore.directory.domain import Domain
from mailcore.directory.folder_name import folder_of
from mailcore.directory.known_list import KnownList
from mailcore.directory.lookup import Directory
from mailcore.directory.targets import (
    POSTMASTER_MAILBOX,
    AccountTarget,
    ListTarget,
    RemoteTarget,
    Resolution,
    ServerTarget,
    Target,
    Via,
    takes_mail,
)
from mailcore.settings.smtp import SmtpSettings
from mailcore.srs import is_rewritten
from mailcore.verp import VerpMark, numbered, parted

MOST_TARGETS = 10_000
"""Most mailboxes and addresses behind one address; beyond them it counts as unknown, so that nothing is lost."""
MOST_LEVELS = 20
"""Aliases that may lead from one to the next; beyond them the same holds."""


async def resolve(
    directory: Directory, address: Address, settings: SmtpSettings, *, catch_all: bool = True
) -> Resolution:
    """Give what is behind `address`. Raises DatabaseAway.

    `catch_all`: whether mail for an address that does not exist is taken for another.
    """
    domain = None if address.is_literal else await directory.domain(address.domain)
    if domain is None:
        return Resolution("unmanaged")
    walk = _Walk(directory, settings, set())
    via = await walk.follow(address, domain)
    if walk.is_excessive:
        return Resolution("unknown", via="too_many")
    if via:
        # An alias behind which nobody is left exists, so its mail is nobody else's; nor is what was signed wrongly.
        return Resolution("found" if walk.targets else "unknown", walk.targets, via)
    if is_rewritten(address.local_part):
        return await _returned(directory, address, settings)
    caught_by = domain.catch_all_address or settings.catch_all_address
    if catch_all and caught_by and (other := _read(caught_by)) is not None:
        caught = await resolve(directory, other, settings, catch_all=False)
        if caught.is_local:
            return Resolution("found", caught.targets, "catch_all")
    return Resolution("unknown")


async def _returned(directory: Directory, address: Address, settings: SmtpSettings) -> Resolution:
    """Follow a sender that was rewritten here back to itself; one that is not valid is nobody's, caught by nothing."""
    sender = _read(await directory.rewritten(address.local_part) or "")
    if sender is None:
        return Resolution("unknown")
    behind = await resolve(directory, sender, settings, catch_all=False)
    targets = (RemoteTarget(str(sender)),) if behind.status == "unmanaged" else behind.targets
    return Resolution("found" if targets else "unknown", targets, "srs")


class _Walk:
    """Follows one address through the directory and collects what it meets, each thing once."""

    def __init__(self, directory: Directory, settings: SmtpSettings, followed: set[tuple[str, str]]) -> None:
        self._directory = directory
        self._settings = settings
        self._targets: dict[str, Target] = {}
        self._followed = followed
        self.is_excessive = False
        """Whether there was more behind the address than may be."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """What was met."""
        return tuple(self._targets.values())

    async def follow(self, address: Address, domain: Domain, level: int = 0) -> Via:
        """Follow an address of `domain`; say by what it was recognised."""
        via = await self._follow_name(address, domain, "", level)
        if via:
            return via
        if (returned := parted(address.local_part)) is not None:
            return await self._follow_returned(Address(returned[0], address.domain), domain, returned[1])
        if (token := numbered(address.local_part)) is not None and await self._follow_numbered(address.domain, token):
            return "verp"
        separator = self._settings.plus_separator
        if separator:
            base, found, detail = address.local_part.partition(separator)
            if found and base:
                return await self._follow_name(Address(base, address.domain), domain, detail, level)
        return ""

    async def _follow_name(self, address: Address, domain: Domain, detail: str, level: int) -> Via:
        name = stored_form(address, case_sensitive=domain.case_sensitive)
        if local_key(address.local_part) in ROLES:
            return await self._follow_role(name, detail, level)
        return await self._look_up(name, detail, level)

    async def _look_up(self, name: str, detail: str, level: int) -> Via:
        account = await self._directory.account(name)
        if account is not None:
            folder = folder_of(detail) if self._settings.plus_folders else ""
            self._add(account.mailbox, AccountTarget(account, folder))
            return "account"
        alias = await self._directory.alias(name)
        if alias is None:
            return await self._look_up_list(name, level)
        if self._begin("alias", name):
            for to in alias.to:
                await self._follow_target(to, level + 1)
        return "alias"

    async def _look_up_list(self, name: str, level: int) -> Via:
        known = await self._directory.mailing_list(name)
        if known is None:
            return ""
        if known.role != "owner":
            self._add_list(known)
        elif self._begin("owner", name):
            for owner in known.owners:
                await self._follow_target(owner, level + 1)
        return "list"

    async def _follow_returned(self, bounces: Address, domain: Domain, token: str) -> Via:
        """Follow a sender of a list's copy back to the list, if there is such a list."""
        name = stored_form(bounces, case_sensitive=domain.case_sensitive)
        known = await self._directory.mailing_list(name)
        if known is None or known.role != "bounces":
            return ""
        if (mark := await self._directory.returned(name, token)) is not None:
            self._add_returned(known, mark)
        return "verp"

    async def _follow_numbered(self, domain: str, token: str) -> bool:
        """Follow such a sender that names the list by its number; what is not signed may be a plus-address."""
        returned = await self._directory.returned_by_number(domain, token)
        known = None if returned is None else await self._directory.mailing_list(returned[0])
        if returned is None or known is None:
            return False
        self._add_returned(known, returned[1])
        return True

    def _add_returned(self, known: KnownList, mark: VerpMark) -> None:
        self._add(f"{known.address}\0{mark.member}\0{mark.number}", ListTarget(known, mark))

    def _add_list(self, known: KnownList) -> None:
        self._add(f"{known.address}\0{known.role}", ListTarget(known))

    async def _follow_target(self, to: str, level: int) -> None:
        if level > MOST_LEVELS:
            self.is_excessive = True
        address = _read(to)
        if self.is_excessive or address is None:
            return
        domain = None if address.is_literal else await self._directory.domain(address.domain)
        if domain is None:
            self._add(to, RemoteTarget(to))
        else:
            await self.follow(address, domain, level)

    async def _follow_role(self, name: str, detail: str, level: int) -> Via:
        """Follow postmaster or abuse, which are always deliverable: where nobody takes the mail, the server does."""
        inner = _Walk(self._directory, self._settings, self._followed)
        via = await inner._look_up(name, detail, level)
        configured = self._settings.postmaster_address
        if not inner._is_taken and configured is not None and self._begin("role", name):
            inner._targets.clear()
            await inner._follow_target(configured, level + 1)
            via = "role"
        if inner.is_excessive or not inner._is_taken:
            inner._targets = {POSTMASTER_MAILBOX: ServerTarget()}
            via = "role"
        for key, target in inner._targets.items():
            self._add(key, target)
        return via

    @property
    def _is_taken(self) -> bool:
        return any(takes_mail(target) for target in self._targets.values())

    def _begin(self, what: str, name: str) -> bool:
        """Whether `name` is met for the first time: whoever goes round in circles gets no further."""
        is_first = (what, name) not in self._followed
        self._followed.add((what, name))
        return is_first

    def _add(self, key: str, target: Target) -> None:
        if key in self._targets:
            return
        if len(self._targets) >= MOST_TARGETS:
            self.is_excessive = True
        else:
            self._targets[key] = target


def _read(text: str) -> Address | None:
    """Give the address that somebody configured; None for what cannot be one, and then leads to nobody."""
    try:
        return parse_address(text)
    except ValueError:
        return None
