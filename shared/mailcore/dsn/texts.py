"""What reports say to people, in each language that the setting `dsn_language` allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mailcore.dsn.reasons import ENGLISH, JAPANESE
from mailcore.dsn.report import Action

Language = Literal["en", "ja"]


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one kind of report in one language."""

    subject: str
    opening: str
    """With {hostname}."""
    closing: str
    remote: str = ""
    """With {server} and {why}."""
    own: str = ""
    """With {why}."""
    named: str = ""
    """With {named}: for an address that the sender did not write himself."""
    until: str = ""
    """With {until}."""
    expired: str = ""
    """With {at}: that the time is over, as of the last try."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """What enhanced status codes mean (`mailcore.dsn.reasons`)."""


_EN: dict[str, Any] = {
    "reasons": ENGLISH,
    "remote": "The server {server} answered:\n    {why}",
    "own": "    {why}",
    "named": "(reached through {named})",
    "until": "Delivery will be tried until {until}.",
    "expired": "The time for trying again is over: the last try was on {at}.",
}
_JA: dict[str, Any] = {
    "reasons": JAPANESE,
    "remote": "相手のサーバー {server} の応答:\n    {why}",
    "own": "    {why}",
    "named": "({named} からの転送先)",
    "until": "{until} まで配送を試みます。",
    "expired": "再試行の期限が過ぎました。最後の試行: {at}",
}

TEXTS: dict[Language, dict[Action, Texts]] = {
    "en": {
        "failed": Texts(
            "Your message could not be delivered",
            "This is the mail server {hostname}.\n\nYour message could not be delivered to:",
            "It will not be tried again. The message, or its header, is attached.",
            **_EN,
        ),
        "delayed": Texts(
            "Your message is late",
            "This is the mail server {hostname}.\n\nYour message has not been delivered yet to:",
            "You need not send it again.",
            **_EN,
        ),
        "delivered": Texts(
            "Your message was delivered",
            "This is the mail server {hostname}.\n\nYour message was delivered to:",
            "You asked for this report.",
            **_EN,
        ),
        "relayed": Texts(
            "Your message was handed on",
            "This is the mail server {hostname}.\n\nYour message was handed on for:",
            "The next server does not report what becomes of it.",
            **_EN,
        ),
        "expanded": Texts(
            "Your message was sent on to several",
            "This is the mail server {hostname}.\n\nYour message was sent on to everybody behind:",
            "That it reaches each of them is not reported.",
            **_EN,
        ),
    },
    "ja": {
        "failed": Texts(
            "メールを配送できませんでした",
            "メールサーバー {hostname} からのお知らせです。\n\n次の宛先にメールを配送できませんでした:",
            "再送は行いません。元のメールまたはそのヘッダーを添付します。",
            **_JA,
        ),
        "delayed": Texts(
            "メールの配送が遅れています",
            "メールサーバー {hostname} からのお知らせです。\n\n次の宛先にはまだメールを配送できていません:",
            "送り直す必要はありません。",
            **_JA,
        ),
        "delivered": Texts(
            "メールを配送しました",
            "メールサーバー {hostname} からのお知らせです。\n\n次の宛先にメールを配送しました:",
            "このお知らせは配送確認の要求により送られています。",
            **_JA,
        ),
        "relayed": Texts(
            "メールを次のサーバーに渡しました",
            "メールサーバー {hostname} からのお知らせです。\n\n次の宛先のメールを次のサーバーに渡しました:",
            "その後の配送結果は通知されません。",
            **_JA,
        ),
        "expanded": Texts(
            "メールを複数の宛先に転送しました",
            "メールサーバー {hostname} からのお知らせです。\n\n次のアドレスに登録されている全員にメールを転送しました:",
            "それぞれに届いたことは通知されません。",
            **_JA,
        ),
    },
}
