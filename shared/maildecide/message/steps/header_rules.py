"""Apply the header rules, in their order, to a message for one recipient.

After what accounts refuse by themselves: a rule is about mail that is taken.
"""

from collections.abc import Iterator

from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.rules.application import Application
from maildecide.message.rules.gathering import rule_facts
from maildecide.message.rules.header_view import view_of


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Ask for what the rules that hold ask for; each sees what those before it have made of the header section."""
    if not context.rules:
        return
    facts = rule_facts(mail, context)
    for rule in context.rules.applying(facts):
        if rule.holds(view_of(mail.header), facts):
            application = Application(rule, mail, context)
            yield from application.actions()
            if application.is_last:
                return
            mail = application.mail
