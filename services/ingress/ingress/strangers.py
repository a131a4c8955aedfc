"""Has DNS asked about clients and senders that nobody vouches for, and the answers judged.

Called by `handler` once the cheap checks have let a command pass. Look-ups have a limit of their own, 240 s for those
of one command, and outlast what other answers may take. One after the other: after a refusal nothing more is asked.
"""

from ingress.gather.budget import command_budget
from ingress.gather.client_name import reverse_facts
from ingress.gather.listing import listing_facts
from ingress.transaction import Transaction, Visit
from mailcore.dns.interface import Resolver
from mailcore.dns.sender_domain import sender_domain
from maildecide.session import lookups, stages
from maildecide.session.facts import MailFacts, RcptFacts, SenderDomainFacts
from maildecide.session.stages import Refusal


class Strangers:
    """Judges by DNS."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def judge_sender(self, visit: Visit, transaction: Transaction, facts: MailFacts) -> Refusal | None:
        """Judge client and sender at MAIL, and note in `transaction` what was found out of the sender's domain."""
        settings, budget = transaction.snapshot.settings, command_budget(visit)
        if lookups.wants_reverse(facts, settings):
            name = await reverse_facts(self._resolver, visit, facts.client.ip, budget, settings)
            refusal = stages.first_refusal(stages.MAIL_REVERSE, name, settings)
            if refusal is not None:
                return refusal
        if facts.sender is None or not lookups.wants_sender_domain(facts, settings):
            return None
        lookup = settings.smtp.sender_domain_lookup
        found = await sender_domain(self._resolver, facts.sender.domain, lookup, budget)
        transaction.sender_domain = found
        return stages.first_refusal(stages.MAIL_SENDER_DOMAIN, SenderDomainFacts(found), settings)

    async def judge_recipient(self, visit: Visit, transaction: Transaction, facts: RcptFacts) -> Refusal | None:
        """Judge the client at RCPT."""
        settings = transaction.snapshot.settings
        if not lookups.wants_block_lists(facts, settings):
            return None
        zones, budget = settings.smtp.dns_block_lists, command_budget(visit)
        listing = await listing_facts(self._resolver, visit, zones, facts.client.ip, budget)
        return stages.first_refusal(stages.RCPT_LISTING, listing, settings)
