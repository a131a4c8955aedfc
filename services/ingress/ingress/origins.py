"""Has the origin of strangers' mail examined, and judged, where the settings want that.

Called by `handler`, where an examination begins, and by `settlement`, where it ends. DNS is asked from
DATA on, when the sender and one recipient at least have been accepted, while the message comes.
"""

from collections.abc import Iterator

from ingress.examiner import Examiner
from ingress.gather.budget import command_budget
from ingress.gather.client import client_facts
from ingress.intake import Intake
from ingress.seam import SessionState
from ingress.transaction import Transaction, visit_of
from mailcore import events
from mailcore.authentication.examination import Examination, Limits
from mailcore.authentication.questions import Questions, SilentNames
from mailcore.authentication.results import Authentication
from mailcore.authentication.spf.evaluation import Identity
from mailcore.dns.interface import Resolver
from maildecide.session import lookups, stages
from maildecide.session.disowned import by_dmarc
from maildecide.session.facts import OriginFacts
from maildecide.session.stages import Refusal

WAIT_SECONDS = 5.0
"""How long the reply to the end of data waits for DNS; what is not known then is `temperror`. Handing over needs the
rest of the time that an answer may take."""


class Origins:
    """Begins examinations and ends them."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._silent = SilentNames()

    def begin(self, state: SessionState, transaction: Transaction) -> Examiner | None:
        """Begin to examine the message that is about to come; None where nobody wants to know."""
        client, settings, sender = client_facts(state), transaction.snapshot.settings, transaction.sender
        if not lookups.wants_origin(client, sender, settings):
            return None
        visit = visit_of(state)
        local_part, domain = ("postmaster", client.helo) if sender is None else (sender.local_part, sender.domain)
        return Examiner(
            Examination(
                Identity(client.ip, client.helo, local_part, domain, by_helo=sender is None),
                lambda: Questions(self._resolver, command_budget(visit), self._silent),
                Limits(settings.smtp.max_authenticated_size, WAIT_SECONDS),
            )
        )

    async def judge(self, state: SessionState, transaction: Transaction, intake: Intake, now: float) -> Refusal | None:
        """Judge a message that is complete, and note in `transaction` what was found. Raises nothing."""
        if intake.examiner is None or transaction.is_incomplete:
            return None
        found = await intake.examiner.verdict(intake.header, now, transaction.id.int % 100)
        if found is None:
            transaction.book.note(now, "message", events.ORIGIN_EXAMINED, failed="it could not be examined")
            return None
        facts, settings = OriginFacts(client_facts(state), found), transaction.snapshot.settings
        transaction.authentication = found
        transaction.is_quarantined = by_dmarc(facts, settings) == "trash"
        told = dict(_told(found))
        if transaction.is_quarantined:
            told["quarantined"] = "yes"
        transaction.book.note(now, "message", events.ORIGIN_EXAMINED, reply=None, **told)
        return stages.first_refusal(stages.MESSAGE_ORIGIN, facts, settings)


def _told(found: Authentication) -> Iterator[tuple[str, str]]:
    """Give what the trace says."""
    yield "spf", _words(found.spf.result, found.spf.domain, found.spf.reason)
    for place, one in enumerate(found.dkim, 1):
        name = "dkim" if len(found.dkim) == 1 else f"dkim_{place}"
        yield name, _words(one.result, f"{one.selector}._domainkey.{one.domain}" if one.domain else "", one.reason)
    dmarc, arc = found.dmarc, found.arc
    yield "dmarc", _words(dmarc.result, dmarc.domain, dmarc.reason)
    if dmarc.published:
        yield "dmarc_policy", dmarc.policy if dmarc.result == "fail" else dmarc.published
    if arc.result != "none":
        yield "arc", _words(arc.result, arc.sealer, arc.reason)


def _words(result: str, domain: str, reason: str) -> str:
    return " ".join(filter(None, (result, domain, f"({reason})" if reason else "")))
