"""The facts for header rules, from what the steps know of a message and one of its recipients."""

from collections.abc import Iterator

from mailcore.address import parse_address, stored_form
from mailcore.authentication.results import Authentication
from mailcore.directory.rule_verdicts import UNEXAMINED
from mailcore.directory.targets import AccountTarget, RemoteTarget
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.rules.facts import RuleFacts


def rule_facts(mail: Mail, context: Context) -> RuleFacts:
    """Give the facts."""
    return RuleFacts(
        sender=mail.envelope.sender,
        recipient=str(context.recipient),
        size=mail.content.size,
        client_ip=mail.arrival.client.ip,
        verdicts=_verdicts(mail),
        incoming_for=_incoming_for(context),
        outgoing_for=_outgoing_for(mail),
    )


def _verdicts(mail: Mail) -> dict[str, str]:
    client, marks = mail.arrival.client, mail.marks
    found = {
        "authenticated": client.account is not None,
        "banned": marks.banned is not None,
        "external_sender": marks.external_sender,
        "incomplete": marks.incomplete,
        "relay_permitted": marks.relay_permitted,
        "sender_domain_missing": marks.sender_domain_missing,
        "submission": client.listener != "smtp" and not marks.via_mta,
    }
    return {name: "yes" if holds else "no" for name, holds in found.items()} | _origin(marks.authentication)


def _origin(found: Authentication | None) -> dict[str, str]:
    """Give what is known of where it is from."""
    if found is None:
        return {"aligned": "no"} | dict.fromkeys(("arc", "dkim", "dmarc", "dmarc_policy", "spf"), UNEXAMINED)
    return {
        "aligned": "yes" if found.is_aligned else "no",
        "arc": found.arc.result,
        "dkim": found.dkim_result,
        "dmarc": found.dmarc.result,
        "dmarc_policy": found.dmarc.published or "none",
        "spf": found.spf.result,
    }


def _incoming_for(context: Context) -> tuple[str, ...] | None:
    target = context.target
    if isinstance(target, RemoteTarget) and not context.via:
        return None
    owners = [context.recipient.domain]
    if isinstance(target, AccountTarget):
        owners += _account_and_domain(target.account.address)
    return tuple(dict.fromkeys(owners))


def _outgoing_for(mail: Mail) -> tuple[str, ...] | None:
    client, marks = mail.arrival.client, mail.marks
    if marks.via_mta:
        # An account has sent it on to one of ours: it goes out no second time.
        return None
    if client.account is not None:
        return tuple(_account_and_domain(client.account))
    if not marks.relay_permitted or marks.external_sender:
        return None
    try:
        sender = parse_address(mail.envelope.sender)
    except ValueError:
        return None
    return (str(sender), stored_form(sender, case_sensitive=False), sender.domain)


def _account_and_domain(address: str) -> Iterator[str]:
    yield address
    yield address.rpartition("@")[2]
