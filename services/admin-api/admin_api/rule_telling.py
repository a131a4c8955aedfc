"""A plan as an operator who tries rules wants it told: which held, what is left of the header, what becomes of it."""

from typing import Literal

from admin_api.rule_sample import Applied, Tried
from mailcore import events
from mailcore.directory.folder_name import TRASH
from mailcore.directory.targets import name_of
from maildecide.message.actions import SendRemote, StoreLocal, TrashOnServer, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.pipeline import run
from maildecide.message.plan import Plan
from maildecide.message.steps import header_rules, local_delivery, remote_delivery

Disposition = Literal["stored", "trashed", "discarded", "rejected", "redirected", "undeliverable"]

_STEPS = (header_rules.apply, remote_delivery.apply, local_delivery.apply)


def tried(mail: Mail, context: Context) -> Tried:
    """Run the rules for one who is behind the recipient, and tell what comes of it."""
    plan = run(_STEPS, mail, context)
    stored = next((one for one in plan.effects if one.step == "local_delivery"), None)
    folder = stored.effect.folder if stored and isinstance(stored.effect, StoreLocal) else ""
    return Tried(
        target="" if context.target is None else name_of(context.target),
        applied=tuple(
            Applied(rule=int(detail["rule"]), name=detail["name"], did=detail["did"])
            for noted in plan.notes
            if noted.note.event == events.RULE_APPLIED
            for detail in [dict(noted.note.detail)]
        ),
        header=(plan.mail or mail).header.decode("utf-8", "replace"),
        disposition=_disposition(plan, folder),
        folder=folder,
        sent_to=_sent_to(plan),
        reason=plan.reason,
    )


def _sent_to(plan: Plan) -> tuple[str, ...]:
    return tuple(
        one.effect.recipient
        for one in plan.effects
        if one.step == "header_rules" and isinstance(one.effect, StoreLocal | SendRemote)
    )


def _disposition(plan: Plan, folder: str) -> Disposition:
    if any(noted.note.event == events.RULE_REJECTED for noted in plan.notes):
        return "rejected"
    if any(isinstance(one.effect, TrashOnServer) for one in plan.effects) or folder == TRASH:
        return "trashed"
    if any(isinstance(one.effect, Undeliverable) for one in plan.effects):
        return "undeliverable"
    if plan.ended_by is None:
        return "stored"
    return "redirected" if plan.effects else "discarded"
