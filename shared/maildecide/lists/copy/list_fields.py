"""Write the fields by which mail programs know a list and its commands (RFC 2919, RFC 2369, RFC 8058)."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from mailcore.directory.mailing_list import MailingList
from mailcore.mail.header_edits import with_field
from mailcore.mail.headers import Field, split_fields
from mailcore.mail.named_mailbox import named_mailbox
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.loops import LIST_ID

_BETWEEN = b",\r\n "


def apply(copy: Copy, post: PostOut) -> Copy:
    """Add the fields; those that came with the message are gone by now."""
    fields = fields_of(post.list, post.unsubscribe)
    raw = b"".join(name.encode("ascii") + b": " + value + b"\r\n" for name, value in fields)
    return replace(copy, header=with_field(copy.header, raw))


def fields_of(mailing_list: MailingList, unsubscribe: tuple[str, str] | None) -> Iterator[tuple[str, bytes]]:
    """Give them by their names.

    `unsubscribe`: what stands before and after a member's token in the link by which they leave; None: no link.
    """
    yield LIST_ID, _list_id(mailing_list)
    closed = mailing_list.posting == "nobody"
    yield "List-Post", b"NO" if closed else _mailto(mailing_list.address)
    yield "List-Help", _command(mailing_list, "help")
    yield "List-Owner", _mailto(mailing_list.address_of("owner"))
    if mailing_list.subscription != "closed":
        yield "List-Subscribe", _command(mailing_list, "subscribe")
    if mailing_list.unsubscription == "closed":
        return
    by_mail = _command(mailing_list, "unsubscribe")
    if unsubscribe is None:
        yield "List-Unsubscribe", by_mail
    else:
        # First what acts at once (RFC 2369 2: the first one that a program can use).
        link = "".join(unsubscribe).encode("ascii")
        yield "List-Unsubscribe", b"<" + link + b">" + _BETWEEN + by_mail
        yield "List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"


def without_link(section: bytes) -> bytes:
    """Give a header section in which `fields_of` wrote a link as if it had written none.

    For copies that nobody signs: what a link says without a signature over it, anybody may have written (RFC 8058 4).
    """
    return b"".join(_unlinked(field) for field in split_fields(section))


def _unlinked(field: Field) -> bytes:
    match field.name:
        case b"list-unsubscribe":
            link, _, by_mail = field.raw.rpartition(_BETWEEN)
            return b"List-Unsubscribe: " + by_mail if link else field.raw
        case b"list-unsubscribe-post":
            return b""
        case _:
            return field.raw


def _list_id(mailing_list: MailingList) -> bytes:
    return named_mailbox(mailing_list.description, mailing_list.list_id)


def _command(mailing_list: MailingList, command: str) -> bytes:
    return _mailto(mailing_list.address_of("request"), f"?subject={command}")


def _mailto(address: str, query: str = "") -> bytes:
    """Give a URI (RFC 6068); what an address may hold and a URI may not is percent-encoded."""
    return f"<mailto:{quote(address, safe='@')}{query}>".encode("ascii")
