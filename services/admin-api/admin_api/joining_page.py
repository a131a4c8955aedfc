"""The pages on which anybody asks to join a mailing list, in its language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Literal

from admin_api.public_page import framed
from mailcore.directory.mailing_list import Language, MailingList

ADDRESS, NAME, TICKET = "address", "name", "ticket"
"""The fields of the form."""

Problem = Literal["stale", "no_address"]
Text = Literal["asked", "many"]


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has written into the form."""

    address: str = ""
    name: str = ""


_TITLES: Mapping[Language, str] = {"en": "Join $list", "ja": "$list への登録"}
_TEXTS: Mapping[Language, Mapping[Text, str]] = {
    "en": {
        "asked": "A message goes to $address. Please answer it, or follow the link in it: nobody is on the mailing"
        " list $list who has not. If none comes, the address may have had as many as are sent in a day; please try"
        " again tomorrow.",
        "many": "From where you are, as many have asked today as may. Please try again tomorrow, or send a mail with"
        " the subject subscribe to $request.",
    },
    "ja": {
        "asked": "$address に確認のメールを送ります。そのメールに返信するか、メールの中のリンクを開いてください。"
        "それまではメーリングリスト $list に登録されません。メールが届かないときは、"
        "1日に送れる数に達していることがあります。明日もう一度お試しください。",
        "many": "同じ接続元からの申し込みが本日の上限に達しました。明日もう一度お試しいただくか、件名を subscribe"
        " としたメールを $request までお送りください。",
    },
}
_PROBLEMS: Mapping[Language, Mapping[Problem, str]] = {
    "en": {
        "stale": "This page was open for too long, or came from somewhere else. Please send it once more.",
        "no_address": "This is no mail address. Please write one such as name@example.org.",
    },
    "ja": {
        "stale": "ページを開いてから時間が経っているか、別のページから送られました。もう一度送信してください。",
        "no_address": "メールアドレスではありません。name@example.org のように書いてください。",
    },
}
_LABELS: Mapping[Language, tuple[str, str, str]] = {
    "en": ("Your mail address", "Your name (may be left empty)", "Ask to join"),
    "ja": ("メールアドレス", "お名前 (省略できます)", "登録を申し込む"),
}
# Without an action it goes to where the page is, whatever stands before our paths there. Not `type="email"`: browsers
# refuse addresses with other letters than ASCII there.
_FORM = Template("""<form method="post">
<p><label for="address">$address_label</label><br>
<input id="address" name="address" value="$address" required maxlength="320" $marked
inputmode="email" autocomplete="email" autocapitalize="none" spellcheck="false"></p>
<p><label for="name">$name_label</label><br>
<input id="name" name="name" value="$name" maxlength="200" autocomplete="name"></p>
<input type="hidden" name="ticket" value="$ticket">
<p><button>$button</button></p>
</form>
""")
_MARKED = 'aria-invalid="true" aria-describedby="problem" autofocus'


def form(mailing_list: MailingList, ticket: str, filled: Filled, problem: Problem | None = None) -> str:
    """Give the page with the form; `problem`: why it is shown again. Whatever is given is escaped."""
    language = mailing_list.language
    lines = [escape(mailing_list.description)] if mailing_list.description else []
    paragraphs = [f"<p>{line}</p>" for line in lines]
    if problem is not None:
        paragraphs.append(f'<p id="problem" role="alert">{escape(_PROBLEMS[language][problem])}</p>')
    address_label, name_label, button = _LABELS[language]
    shown = _FORM.substitute(
        address_label=address_label,
        name_label=name_label,
        button=button,
        ticket=escape(ticket),
        address=escape(filled.address),
        name=escape(filled.name),
        marked=_MARKED if problem == "no_address" else "",
    )
    return _page(mailing_list, "\n".join(paragraphs), shown)


def telling(mailing_list: MailingList, which: Text, address: str = "") -> str:
    """Give the page that says what was done for an address."""
    values = {
        "list": escape(mailing_list.title),
        "address": escape(address),
        "request": escape(mailing_list.address_of("request")),
    }
    return _page(mailing_list, f"<p>{Template(_TEXTS[mailing_list.language][which]).substitute(values)}</p>", "")


def _page(mailing_list: MailingList, text: str, shown: str) -> str:
    title = Template(_TITLES[mailing_list.language]).substitute(list=escape(mailing_list.title))
    return framed(mailing_list.language, title, f"<h1>{title}</h1>\n{text}", shown)
