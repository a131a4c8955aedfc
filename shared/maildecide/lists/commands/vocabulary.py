"""The commands that lists know, and what each takes. Compared in lower case, whatever width letters are written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from unicodedata import normalize

Verb = Literal[
    "help", "subscribe", "unsubscribe", "confirm", "on", "off", "digest", "chaddr", "summary", "get",
    "password", "members", "add", "remove", "invite", "approve", "reject", "discard", "end",
]  # fmt: skip

_BEGINNING_PROSE: frozenset[Verb] = frozenset({"on", "off", "end"})
"""Words that sentences begin with; as commands they take nothing but addresses."""
_BRIEF: frozenset[Verb] = frozenset({"help", "subscribe", "unsubscribe", "summary", "get", "members"})
"""Words that may begin one too; nobody writes much behind them who means the command."""
_MOST_WORDS = 10
_ALIASES: Mapping[str, Verb] = {
    "info": "help",
    "guide": "help",
    "?": "help",
    "join": "subscribe",
    "bye": "unsubscribe",
    "leave": "unsubscribe",
    "signoff": "unsubscribe",
    "accept": "confirm",
    "noskip": "on",
    "skip": "off",
    "matome": "digest",
    "change-address": "chaddr",
    "mget": "get",
    "send": "get",
    "pass": "password",
    "who": "members",
    "list": "members",
    "stop": "end",
    "quit": "end",
    "exit": "end",
    "--": "end",
    "登録": "subscribe",
    "参加": "subscribe",
    "退会": "unsubscribe",
    "解除": "unsubscribe",
    "確認": "confirm",
    "使い方": "help",
    "ヘルプ": "help",
    "一覧": "members",
    "承認": "approve",
    "却下": "reject",
    "破棄": "discard",
    "終わり": "end",
}
"""Other names, among them those of other list managers."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line that is a command."""

    verb: Verb
    arguments: tuple[str, ...] = ()


_VERBS: Mapping[str, Verb] = {verb: verb for verb in get_args(Verb)}


def verb_of(word: str) -> Verb | None:
    """Give the command that a word names."""
    name = normalize("NFKC", word).lower()
    return _VERBS.get(name) or _ALIASES.get(name)


def command_of(line: str) -> Command | None:
    """Read a line, with or without the `#` before it; None where it is no command."""
    words = normalize("NFKC", line).strip().removeprefix("#").split()
    verb = verb_of(words[0]) if words else None
    if verb is None or _is_prose(verb, words):
        return None
    return Command(verb, tuple(words[1:]))


def _is_prose(verb: Verb, words: list[str]) -> bool:
    """Whether a line only begins with the word of a command, as `On Monday ... wrote:` and `Stop it` do."""
    if verb in _BEGINNING_PROSE:
        return not all("@" in word for word in words[1:])
    # Numbers of posts are no prose, however many.
    is_long = sum(not word[0].isdigit() for word in words) > _MOST_WORDS or words[-1].endswith(":")
    return verb in _BRIEF and is_long
