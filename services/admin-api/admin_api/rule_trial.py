"""Header rules tried on a message, saved or not: what they would do, without doing any of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from admin_api.rule_sample import Sample, SampleOrigin, TrialResult
from admin_api.rule_telling import tried
from mailcore import replies
from mailcore.address import Address, parse_address
from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, DmarcVerdict, SpfVerdict
from mailcore.db.database import Database
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.header_rules import read_header_rules
from mailcore.db.references import read_smtp_settings
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.directory.lookup import Directory
from mailcore.directory.resolution import resolve
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Client, Marks
from mailcore.settings import RuntimeSettings, SmtpSettings
from maildecide.message.context import Context, contexts_of
from maildecide.message.foreseeing import foreseen_rejection
from maildecide.message.mail import Arrival, Mail
from maildecide.message.rules.compiled import HeaderRules

_MADE = datetime(1970, 1, 1, tzinfo=UTC)


async def try_rules(database: Database, sample: Sample) -> TrialResult:
    """Say what the rules of `sample`, or else the stored ones, do with its message. Raises DatabaseAway."""
    async with database.read() as connection:
        directory, smtp = StoredDirectory(connection), await read_smtp_settings(connection)
        listed = await read_header_rules(connection) if sample.rules is None else _numbered(sample.rules)
        contexts = await _contexts(directory, smtp, parse_address(sample.recipient), HeaderRules(listed))
        mail = _mail(sample, is_external=not await _is_local(directory, smtp, sample.sender))
    rejection = foreseen_rejection(mail, contexts)
    reply = None if rejection is None else str(replies.MESSAGE_REJECTED.about(text=rejection.text))
    return TrialResult(reply=reply, targets=tuple(tried(mail, context) for context in contexts))


def _numbered(rules: Sequence[HeaderRuleFields]) -> list[HeaderRule]:
    return [
        HeaderRule(
            id=number,
            created_at=_MADE,
            updated_at=_MADE,
            position=number,
            **{name: getattr(rule, name) for name in HeaderRuleFields.model_fields if name != "position"},
        )
        for number, rule in enumerate(rules, 1)
    ]


async def _contexts(
    directory: Directory, smtp: SmtpSettings, recipient: Address, rules: HeaderRules
) -> tuple[Context, ...]:
    sent_to = {address: await resolve(directory, parse_address(address), smtp) for address in rules.sends_to}
    resolution = await resolve(directory, recipient, smtp)
    nobody = Context(recipient, None, RuntimeSettings(smtp=smtp), rules=rules, resolutions=sent_to)
    return tuple(contexts_of(nobody, resolution))


async def _is_local(directory: Directory, smtp: SmtpSettings, sender: str) -> bool:
    return bool(sender) and (await resolve(directory, parse_address(sender), smtp, catch_all=False)).is_local


def _mail(sample: Sample, *, is_external: bool) -> Mail:
    octets = sample.message.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8")
    size = header_size(octets)
    return Mail(
        envelope=Envelope(sample.sender, (Recipient(sample.recipient),)),
        trace_fields=b"",
        header=octets[:size],
        content=InlineContent(octets),
        body_start=size,
        arrival=Arrival(
            UUID(int=0), 0.0, "", Client(sample.client_ip, 0, "", "ESMTP", sample.listener, account=sample.account)
        ),
        marks=Marks(
            banned="add_header" if sample.banned else None,
            sender_domain_missing=sample.sender_domain_missing,
            relay_permitted=sample.relay_permitted,
            external_sender=is_external,
            authentication=None if sample.origin is None else _found(sample.origin),
        ),
    )


def _found(origin: SampleOrigin) -> Authentication:
    return Authentication(
        spf=SpfVerdict(origin.spf),
        dkim=() if origin.dkim == "none" else (DkimVerdict(origin.dkim),),
        dmarc=DmarcVerdict(origin.dmarc, published=origin.dmarc_policy),
        arc=ArcVerdict(origin.arc),
        is_aligned=origin.aligned,
    )
