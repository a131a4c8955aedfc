"""The usual words of a list's own messages, in its language. What an operator writes is put in their place."""

from collections.abc import Mapping

from mailcore.directory.list_template import ListText, ListWords, TemplateName, allowed_in
from mailcore.directory.mailing_list import Language
from maildecide.lists.notices.english import ENGLISH
from maildecide.lists.notices.japanese import JAPANESE
from maildecide.lists.notices.template import Template

USUAL: Mapping[Language, Mapping[TemplateName, Template]] = {"en": ENGLISH, "ja": JAPANESE}
"""What every message says, in every language."""


def in_force(name: TemplateName, language: Language, changed: ListWords | None) -> ListText:
    """Give what a message says: the words that a list has of its own, else the usual ones."""
    usual = USUAL[language][name]
    return ListText(
        name=name,
        subject=usual.subject if changed is None else changed.subject,
        body=usual.body if changed is None else changed.body,
        is_changed=changed is not None,
        placeholders=tuple(sorted(allowed_in(name))),
    )
