"""The pages by which members leave a mailing list, in its language. Pure."""

from collections.abc import Mapping
from html import escape
from string import Template
from typing import Literal

from admin_api.public_page import framed
from mailcore.directory.mailing_list import Language, MailingList

FIELD, VALUE = "List-Unsubscribe", "One-Click"
"""What a request to leave says (RFC 8058 3.1)."""

Text = Literal["ask", "left", "gone", "closed"]

_TITLES: Mapping[Language, str] = {"en": "Leave $list", "ja": "$list の退会"}
_TEXTS: Mapping[Language, Mapping[Text, str]] = {
    "en": {
        "ask": "$member gets the posts of the mailing list $list.",
        "left": "$member has left the mailing list $list.",
        "gone": "This address is not on the mailing list $list any more. Who has joined again since, or has another"
        " address there, leaves by the link in a newer post.",
        "closed": "The mailing list $list cannot be left by a link. Please write to $owner.",
    },
    "ja": {
        "ask": "$member はメーリングリスト $list の会員です。",
        "left": "$member はメーリングリスト $list を退会しました。",
        "gone": "このアドレスは、すでにメーリングリスト $list の会員ではありません。その後ふたたび登録した場合や、"
        "アドレスを変更した場合は、新しい投稿の中のリンクをお使いください。",
        "closed": "メーリングリスト $list はリンクからは退会できません。$owner までご連絡ください。",
    },
}
_BUTTONS: Mapping[Language, str] = {"en": "Leave this list", "ja": "退会する"}
# Without an action it goes to where the page is, whatever stands before our paths there.
_FORM = Template("""<form method="post">
<input type="hidden" name="$field" value="$value">
<button>$button</button>
</form>
""")
UNCLEAR = framed("en", "Not understood", f"<p>Say {FIELD}={VALUE} (RFC 8058).</p>")
"""The page for a request that does not say what it wants."""


def page(which: Text, mailing_list: MailingList, member: str = "") -> str:
    """Give a page about `member`, an address. Names are escaped, whatever they hold."""
    language = mailing_list.language
    names = {
        "list": escape(mailing_list.display_name or mailing_list.name),
        "member": escape(member),
        "owner": escape(mailing_list.address_of("owner")),
    }
    form = _FORM.substitute(field=FIELD, value=VALUE, button=_BUTTONS[language]) if which == "ask" else ""
    text = Template(_TEXTS[language][which]).substitute(names)
    return framed(language, Template(_TITLES[language]).substitute(names), f"<p>{text}</p>", form)
