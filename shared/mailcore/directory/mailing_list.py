"""A mailing list: its addresses, who may post, what a copy looks like, and how people come and go."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from mailcore.directory.account import LocalAddress
from mailcore.directory.alias import TargetAddress
from mailcore.directory.stored import Entity, Stored
from mailcore.settings.group import Octets, Pattern

Language = Literal["en", "ja"]
Posting = Literal["anyone", "members", "moderators", "chosen", "nobody"]
Moderation = Literal["none", "non_members", "first_post", "all"]
Refusal = Literal["dsn", "silent", "hold"]
PostAuth = Literal["none", "aligned"]
ReplyTo = Literal["untouched", "list", "poster", "both", "fixed"]
Dmarc = Literal["none", "munge", "wrap"]
Subscription = Literal["open", "confirm", "approve", "confirm_and_approve", "closed"]
Unsubscription = Literal["open", "confirm", "approve", "closed"]

ListRole = Literal["post", "control", "request", "owner", "bounces"]
"""What one of a list's addresses is for; `post` takes commands too where it is the control address as well."""

RESERVED: dict[ListRole, str] = {"request": "-request", "owner": "-owner", "bounces": "-bounces"}
"""What is put after a list's local part, and taken with it."""

_TAG = re.compile(r"%(?:%|n|0?[1-9]?d)")
_MOST_TEXT = 10_000


def reserved_address(address: str, role: ListRole) -> str:
    """Give the address beside a list's own that is for something; `RESERVED` says which there are."""
    local, _, domain = address.rpartition("@")
    # A quoted local part keeps its quotes outside.
    if local.endswith('"'):
        return f'{local[:-1]}{RESERVED[role]}"@{domain}'
    return f"{local}{RESERVED[role]}@{domain}"


def _one_line(text: str) -> str:
    if any(not character.isprintable() for character in text):
        raise ValueError("this is one line without control characters")
    return text


def _tag(text: str) -> str:
    if "%" in _TAG.sub("", _one_line(text)):
        raise ValueError("after % comes n (the name), d or 05d (the number), or %")
    return text


def _text(text: str) -> str:
    if any(not character.isprintable() and character not in "\n\t" for character in text.replace("\r\n", "\n")):
        raise ValueError("this has no control characters but tabs and line ends")
    return text


def _media_type(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9!#$&^_.+-]+/(?:\*|[a-z0-9!#$&^_.+-]+)", text.lower()):
        raise ValueError("a content type is type/subtype or type/*")
    return text.lower()


Line = Annotated[str, Field(max_length=500), AfterValidator(_one_line)]
Tag = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_tag)]
Paragraph = Annotated[str, Field(max_length=_MOST_TEXT), AfterValidator(_text)]
MediaType = Annotated[str, Field(min_length=3, max_length=127), AfterValidator(_media_type)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=1000)]
MediaTypes = Annotated[tuple[MediaType, ...], Field(max_length=100)]


class _Policies(Entity):
    """What a list does, as it is written and as it is read."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
    """What it is called in its subject tag, List-Id and X-ML-Name: ASCII letters, digits, `.`, `_` and `-`."""
    display_name: Line = ""
    """What it is called in the subject tag and by people instead; any Unicode. Empty: `name`."""
    description: Line = ""
    """What it is about, in one line: in List-Id and in its own messages."""
    owner: TargetAddress
    """Who is responsible: gets mail for `-owner`, and what the list tells its owner."""
    control_address: LocalAddress | None = None
    """Takes commands, beside `-request`. It may be the list's own address, which then takes both posts and commands."""
    language: Language = "en"
    """Language of its own messages."""

    posting: Posting = "members"
    """Who may post: `anyone`, `members`, `moderators` (owners too), `chosen` (those in `posters`), `nobody`.

    The poster is whoever From names; where it names several, all must be allowed. Nobody posts whom `can_post` of the
    member forbids it.
    """
    posters: Patterns = ()
    """Addresses, as patterns (`*`, `?`, `[...]`), that may post whatever `posting` says, unless that is `nobody`."""
    refused_posters: Patterns = ()
    """Addresses, as patterns, that may not, whatever else is said. Those of envelope senders get 550 5.7.2 at RCPT."""
    moderation: Moderation = "none"
    """Which posts wait for a moderator: `none`, those of `non_members`, the `first_post` of each member (and all of
    those who are none), `all`.

    Posts of moderators and owners never wait. Whoever writes their address into From is taken for them, unless
    `post_auth` asks for more.
    """
    refusal: Refusal = "dsn"
    """What happens to a refused post: `dsn`, its sender is told why; `silent`, nothing; `hold`, a moderator decides."""
    max_size: Octets | None = None
    """Largest post in octets. null: no limit of its own."""
    allowed_types: MediaTypes = ()
    """Content types that every part of a post must be of, `multipart/*` apart. Empty: all."""
    refused_types: MediaTypes = ()
    """Content types that no part of a post may be of."""
    post_auth: PostAuth = "none"
    """`aligned`: a post is held unless DMARC passes for From, or a poster of ours has logged in."""

    subject_tag: Tag | None = "[%n]"
    """Put before the subject, once: `%n` is the display name or the name, `%d` the number, `%05d` with zeros.

    Such as `[%n]`, `[%n:%d]`, `[%n:%05d]`, `(%n %d)`. null: none.
    """
    first_number: Annotated[int, Field(ge=1, le=999_999_999)] = 1
    """The lowest number that a post gets: a list that comes from elsewhere goes on counting.

    Raised later, it counts for posts to come. Numbers never fall.
    """
    reply_to: ReplyTo = "untouched"
    """Where replies go: `untouched`, as the poster wrote it; `list`; `poster`; `both`; `fixed`, `reply_to_address`."""
    reply_to_address: TargetAddress | None = None
    """Where replies go when `reply_to` is `fixed`."""
    header_text: Paragraph = ""
    """Text above every post: `%n`, `%d` as in `subject_tag`, `%a` the list's address, `%o` its owner's. Empty: none."""
    footer_text: Paragraph = ""
    """The same below it."""
    dmarc: Dmarc = "munge"
    """What happens to a post whose author's domain asks others to refuse what does not align (RFC 7489).

    `none`; `munge`: From names the list ("via"); `wrap`: the post is attached to a message from the list. Nothing is
    done where an aligned DKIM signature verified and still holds.
    """

    subscription: Subscription = "confirm"
    """How people subscribe themselves: `open`, at once; `confirm`, by answering; `approve`, the owner decides, after an
    answer where nobody knows who has asked; `confirm_and_approve`, after an answer always; `closed`."""
    subscription_page: bool = False
    """Whether anybody may ask to join on a page of the public port (`/s/<address>`), where `subscription` is not
    `closed`. Who asks there answers a mail first, also where it is `open`."""
    unsubscription: Unsubscription = "confirm"
    """How they leave by command; the links in posts (RFC 8058) act at once, unless it is `closed`."""
    welcome: bool = True
    """Whether who comes or goes gets a message."""
    notify_owner: bool = False
    """Whether the owner is told of who comes and goes."""
    notify_poster: bool = True
    """Whether the sender of a post that waits for a moderator is told so, when he is known to be who he says."""

    verp: bool = True
    """Whether each copy has an envelope sender of its own, by which what comes back names the member."""
    bounce_limit: Annotated[int, Field(ge=0, le=1000)] = 5
    """Days with returned mail, lately, after which a member is probed and then suspended. 0: never."""
    bounce_decay_days: Annotated[int, Field(ge=1, le=365)] = 7
    """After how many days without returned mail half of what is held against a member is forgotten."""

    archive: bool = True
    """Whether posts are kept."""
    archive_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    """For how many days. null: for ever."""
    digest_days: Annotated[int, Field(ge=1, le=31)] = 1
    """After how many days a digest is sent, when there are posts."""
    digest_max_size: Octets = 102_400
    """After how many octets of posts it is sent before."""


class MailingListFields(_Policies):
    """What an operator writes of a mailing list."""

    address: LocalAddress
    """Where posts are sent, in a managed domain. With `-request`, `-owner` and `-bounces` it is taken too."""
    password: Annotated[SecretStr, Field(min_length=8, max_length=1024)] | None = None
    """The password of owner commands, never shown again. null: only a verified owner may give them."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.reply_to == "fixed" and self.reply_to_address is None:
            raise ValueError("reply_to is fixed, so reply_to_address must say where")
        return self


class MailingList(Stored, _Policies):
    """A mailing list as stored; the password's hash stays in the database."""

    address: str
    """Where posts are sent."""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.display_name or self.name

    @property
    def list_id(self) -> str:
        """What stands in List-Id (RFC 2919 2): the name and the domain, never the same for two lists."""
        local, _, domain = self.address.rpartition("@")
        label = local if re.fullmatch(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*", local) else f"{self.name}.{self.id}"
        return f"{label}.{domain}"

    @property
    def has_subscription_page(self) -> bool:
        """Whether there is a page on which people ask to join."""
        return self.subscription_page and self.subscription != "closed"

    @property
    def takes_both(self) -> bool:
        """Whether its address takes commands as well as posts."""
        return self.control_address == self.address

    @property
    def asks_for_types(self) -> bool:
        """Whether it does not take all content types."""
        return bool(self.allowed_types or self.refused_types)

    def address_of(self, role: ListRole) -> str:
        """Give the address that is for something; that of its own where there is none apart."""
        if role == "post":
            return self.address
        if role == "control":
            return self.control_address or self.address_of("request")
        return reserved_address(self.address, role)
