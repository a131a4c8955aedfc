"""What the steps know about one recipient of one message. Loaded by the processor, or made up by a simulation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mailcore.address import Address
from mailcore.directory.account import Account
from mailcore.directory.standing_orders import NO_ORDERS, StandingOrders
from mailcore.directory.targets import AccountTarget, RemoteTarget, Resolution, Target, Via, takes_mail
from mailcore.settings import RuntimeSettings
from mailcore.srs import SrsKeys
from maildecide.lists.knowledge import NOTHING_KNOWN, ListKnowledge
from maildecide.message.addons.choice import NO_ADDONS, Addons
from maildecide.message.addons.verdict import AddonVerdict
from maildecide.message.rules.compiled import NO_RULES, HeaderRules


@dataclass(frozen=True, slots=True)
class Context:
    """One of those who are behind a recipient of a message: a recipient with an alias is planned for each of them."""

    recipient: Address
    target: Target | None
    """Who gets this copy; None when nobody is behind the recipient any more since the message was accepted."""
    settings: RuntimeSettings
    place: int = 0
    """The recipient's place in the envelope."""
    via: Via = "account"
    """By what the recipient was recognised."""
    others_take_it: bool = False
    """Whether somebody else behind the recipient takes its mail."""
    is_first_taker: bool = True
    """Whether nobody before it behind the recipient takes its mail."""
    rules: HeaderRules = NO_RULES
    """The header rules."""
    addons: Addons = NO_ADDONS
    """The addons."""
    addon_verdict: AddonVerdict | None = None
    """What an addon has decided about the message; None: it goes on."""
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    """What is behind the addresses that rules and forwards send to."""
    srs: SrsKeys | None = None
    """What rewrites the sender of mail that is forwarded to other servers; None: it stays as it is."""
    orders: Mapping[str, StandingOrders] = field(default_factory=dict)
    """What accounts do with their mail by themselves, by their addresses."""
    lists: Mapping[int, ListKnowledge] = field(default_factory=dict)
    """What the message is to the mailing lists that it is for, by their numbers."""

    @property
    def account(self) -> Account | None:
        """The account that gets this copy, where it is one."""
        return self.target.account if isinstance(self.target, AccountTarget) else None

    def knows_of(self, list_id: int) -> ListKnowledge:
        """Give what is known of the message for a mailing list."""
        return self.lists.get(list_id, NOTHING_KNOWN)

    def orders_of(self, account: Account) -> StandingOrders:
        """Give what an account does with its mail by itself."""
        return self.orders.get(account.address, NO_ORDERS)


def contexts_of(recipient: Context, resolution: Resolution) -> Iterator[Context]:
    """Give a context for each who is behind a recipient; `recipient` names nobody, and is given when nobody is."""
    nobody = replace(recipient, via=resolution.via)
    if resolution.status == "unmanaged":
        yield replace(nobody, target=RemoteTarget(str(nobody.recipient)))
    elif not resolution.targets:
        yield nobody
    others = len(resolution.takers)
    is_first = True
    for target in resolution.targets:
        is_taker = takes_mail(target)
        yield replace(nobody, target=target, others_take_it=others > is_taker, is_first_taker=is_first)
        is_first = is_first and not is_taker
