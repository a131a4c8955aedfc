"""What becomes of mail that the domains it names do not stand by. Asked by checks, and when a message is marked."""

from typing import Literal

from mailcore.settings import RuntimeSettings
from maildecide.session.facts import OriginFacts
from maildecide.session.networks import is_within

Consequence = Literal["mark", "trash", "reject"]


def by_spf(facts: OriginFacts, settings: RuntimeSettings) -> Consequence:
    """Give what becomes of it by SPF."""
    if facts.authentication.spf.result != "fail" or _is_excused(facts, settings):
        return "mark"
    return settings.smtp.spf_fail


def by_dmarc(facts: OriginFacts, settings: RuntimeSettings) -> Consequence:
    """Give what becomes of it by DMARC, which asks for nothing unless it fails."""
    dmarc = facts.authentication.dmarc
    if dmarc.result != "fail" or _is_excused(facts, settings):
        return "mark"
    match dmarc.policy:
        case "reject":
            return settings.smtp.dmarc_reject
        case "quarantine":
            return settings.smtp.dmarc_quarantine
        case "none":
            return "mark"


def _is_excused(facts: OriginFacts, settings: RuntimeSettings) -> bool:
    """Whether it is only marked, since whoever sends it on is trusted."""
    smtp, arc = settings.smtp, facts.authentication.arc
    return is_within(smtp.trusted_forwarders, facts.client.ip) or (
        arc.result == "pass" and arc.sealer in smtp.trusted_arc_sealers
    )
