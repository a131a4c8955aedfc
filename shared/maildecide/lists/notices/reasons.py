"""Why a post waits or was refused, in the language of the list: what `maildecide.lists.posting` says, in others."""

import re
from collections.abc import Mapping

from mailcore.directory.mailing_list import Language

_JAPANESE: Mapping[str, str] = {
    "it is not by a member": "会員以外からの投稿です",
    "it is the first post of its author": "この差出人からの最初の投稿です",
    "every post is looked at first": "すべての投稿を確認しています",
    "the client is banned": "接続元が拒否されています",
    "nothing shows that the author has sent it: DMARC does not pass": "差出人本人からのものと確認できません (DMARC)",
    "only members may post to the list": "会員だけが投稿できます",
    "only moderators may post to the list": "司会者だけが投稿できます",
    "only some addresses may post to the list": "許可されたアドレスだけが投稿できます",
    "nobody may post to the list any more": "このリストには投稿できません",
    "the list takes no posts from this address": "このアドレスからの投稿は受け付けていません",
    "the list does not let this member post": "この会員は投稿できません",
    "the list takes no parts whose types cannot be told": "形式を確かめられない部分があるものは受け付けていません",
    "From names nobody who could post to the list": "From に投稿できる人の名がありません",
}
_JAPANESE_FORMS = (
    (
        re.compile(r"the list takes posts of up to (\d+) octets; this one has (\d+)"),
        r"投稿は \1 オクテットまでです (この投稿は \2 オクテット)",
    ),
    (re.compile(r"the list does not take parts of the type (\S+)"), r"\1 の形式は受け付けていません"),
)
"""The same with what each names in the place of groups."""


def said_in(language: Language, reason: str) -> str:
    """Give a reason in a language; one that somebody wrote stays as it is."""
    if language == "en":
        return reason
    for form, said in _JAPANESE_FORMS:
        if (found := form.fullmatch(reason)) is not None:
            return found.expand(said)
    return _JAPANESE.get(reason, reason)
