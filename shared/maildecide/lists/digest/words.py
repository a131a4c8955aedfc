"""What a digest says around its posts, in the list's language. THE LIST of its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailcore.directory.mailing_list import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Texts with places for values: `list`, `issue`, `first`, `last`, `count`, `address`, `request`, `number`."""

    subject: str
    masthead: str
    topics: str
    rest: str
    """Where of a post more can be had."""
    left_out: str
    """What is said where it can be had nowhere."""
    lost: str
    """What is said of a post whose content the content store has lost."""
    end: str
    """The trailer (RFC 1153), which programs know by how it begins."""


WORDS: Mapping[Language, Words] = {
    "en": Words(
        subject="{list} Digest, Issue {issue}",
        masthead="""Posts to {list}, from {first} to {last}.

To post, write to {address}.
To get posts one by one, write "on" to {request}; for other commands, "help".
""",
        topics="Today's Topics ({count}):",
        rest='[There is more of post {number}: write "get {number}" to {request}.]',
        left_out="[There is more of post {number} than is shown here.]",
        lost="[What post {number} says is lost.]",
        end="End of {list} Digest, Issue {issue}",
    ),
    "ja": Words(
        subject="{list} まとめ送り 第 {issue} 号",
        masthead="""{list} への投稿 {first} から {last} までをお届けします。

投稿は {address} へお送りください。
1 通ずつ受け取るには、on と書いたメールを {request} へお送りください。
ほかのコマンドは help と書いたメールを送るとわかります。
""",
        topics="目次 ({count} 件):",
        rest="[投稿 {number} には続きがあります。get {number} と書いたメールを {request} へ送ると届きます。]",
        left_out="[投稿 {number} には、ここに載せていない部分があります。]",
        lost="[投稿 {number} の内容は失われました。]",
        end="End of {list} Digest, Issue {issue} (第 {issue} 号 おわり)",
    ),
}
