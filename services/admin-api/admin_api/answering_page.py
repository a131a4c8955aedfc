"""The pages on which people answer what a mailing list has asked them, in its language. Pure."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import get_args

from admin_api.public_page import framed
from mailcore.directory.mailing_list import Language, MailingList
from mailcore.list_deeds import FOR_OFFICERS, Token, TokenKind, Verdict
from maildecide.lists.commands.judgement import Say
from maildecide.lists.commands.phrases import PHRASES

FIELD = "answer"
"""The field of the form; its values are verdicts."""
REASON = "reason"
"""The field that says why not, where somebody decides about others."""
MOST_REASON = 500
"""Characters of that."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_QUESTIONS: Mapping[Language, Mapping[TokenKind, str]] = {
    "en": {
        "subscribe": "Should {address} become a member of the mailing list {list}?",
        "unsubscribe": "Should {address} leave the mailing list {list}?",
        "old_address": "Should {new} take the place of {address} on the mailing list {list}?",
        "new_address": "Should {new} take the place of {address} on the mailing list {list}?",
        "invitation": "{address} is invited to become a member of the mailing list {list}.",
        "join_request": "{address} asks to become a member of the mailing list {list}.",
        "leave_request": "{address} asks to leave the mailing list {list}.",
        "held": "A post waits for a moderator of the mailing list {list}.",
    },
    "ja": {
        "subscribe": "{address} をメーリングリスト {list} に登録しますか。",
        "unsubscribe": "{address} はメーリングリスト {list} を退会しますか。",
        "old_address": "メーリングリスト {list} の会員 {address} を {new} に変更しますか。",
        "new_address": "メーリングリスト {list} の会員 {address} を {new} に変更しますか。",
        "invitation": "{address} はメーリングリスト {list} に招待されています。",
        "join_request": "{address} がメーリングリスト {list} への登録を希望しています。",
        "leave_request": "{address} がメーリングリスト {list} の退会を希望しています。",
        "held": "メーリングリスト {list} への投稿が承認を待っています。",
    },
}
_BUTTONS: Mapping[Language, Mapping[Verdict, str]] = {
    "en": {"approve": "Yes", "reject": "No", "discard": "No, and tell nobody"},
    "ja": {"approve": "はい", "reject": "いいえ", "discard": "いいえ (誰にも知らせない)"},
}
_REASONS: Mapping[Language, str] = {"en": "Reason, where the answer is no:", "ja": "断る場合の理由:"}
_REASON_FIELD = '<p><label>{label} <input name="{name}" maxlength="500"></label></p>\n'
UNCLEAR = framed("en", "Not understood", f"<p>Say {FIELD}={{{','.join(VERDICTS)}}}.</p>")
"""The page for a request that does not say what it wants."""


def asking(mailing_list: MailingList, token: Token, first: str = "") -> str:
    """Give the page that asks; `first`: the answer that stands above the others. Names are escaped."""
    language = mailing_list.language
    values = {"list": mailing_list.title, "address": token.address, "new": token.detail.new}
    is_decision = token.kind in FOR_OFFICERS
    verdicts = sorted(VERDICTS if is_decision else VERDICTS[:2], key=lambda verdict: verdict != first)
    buttons = "\n".join(
        f'<button name="{FIELD}" value="{verdict}">{escape(_BUTTONS[language][verdict])}</button>'
        for verdict in verdicts
    )
    # Without an action it goes to where the page is, whatever stands before our paths there.
    reason = _REASON_FIELD.format(name=REASON, label=escape(_REASONS[language])) if is_decision else ""
    form = f'<form method="post">\n{buttons}\n{reason}</form>\n'
    return _page(mailing_list, [_QUESTIONS[language][token.kind].format_map(values)], form)


def telling(mailing_list: MailingList, said: Iterable[Say]) -> str:
    """Give the page that says what was done."""
    values = {"list": mailing_list.title, "owner": mailing_list.address_of("owner")}
    phrases = PHRASES[mailing_list.language]
    return _page(mailing_list, [phrases[say.phrase].format_map({**values, **say.values}) for say in said], "")


def _page(mailing_list: MailingList, lines: Iterable[str], form: str) -> str:
    text = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return framed(mailing_list.language, escape(mailing_list.title), text, form)
