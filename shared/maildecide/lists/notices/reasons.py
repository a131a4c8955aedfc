"""Why a post waits or was refused, in the language of the list: what `maildecide.lists.posting` says, in others."""

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
    "From names nobody who could post to the list": "From に投稿できる人の名がありません",
}


def said_in(language: Language, reason: str) -> str:
    """Give a reason in a language; one that somebody wrote, or that names a number or a type, stays as it is."""
    return _JAPANESE.get(reason, reason) if language == "ja" else reason
