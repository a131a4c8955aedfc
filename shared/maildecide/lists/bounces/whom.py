"""Whose mail it was that came back, and what it is remembered by, so that it counts once."""

from collections.abc import Sequence

from mailcore.directory.list_member import member_key
from mailcore.directory.mailing_list import MailingList
from maildecide.lists.bounces.said import Said
from maildecide.lists.commands.commander import message_id_of
from maildecide.message.mail import Mail

MOST_NAMED = 100
"""Members that one report may be about: a transaction has no more recipients (RFC 5321 4.5.3.1.8)."""


def named_members(said: Said, mail: Mail, mailing_list: MailingList) -> Sequence[str]:
    """Give the keys of who could be meant, in their order, where the address that it came to names nobody.

    Where copies of the list go out under senders that do, nobody is meant: what names members without being signed is
    forged, or old. Otherwise the report is believed, if it comes from nobody as reports do; it can have a member
    probed, and suspended only by what comes back to the probe, which is signed.
    """
    if mailing_list.verp or mail.envelope.sender:
        return ()
    return sorted({key for one in said.failed[:MOST_NAMED] if (key := _key(one)) and key != _key(mailing_list.address)})


def fault_id(list_id: int, member: int, number: int, mail: Mail) -> str:
    """Give what a fault is known by: a copy of a post comes back once, whoever reports it however often.

    `number`: the post's; 0: it is not known, or was no post, and the report itself is known by its Message-ID.
    """
    if number:
        return f"{list_id} {member} post {number}"
    return f"{list_id} {member} report {message_id_of(mail) or mail.arrival.id}"


def _key(address: str) -> str:
    try:
        return member_key(address)
    except ValueError:
        return ""
