"""Whether the sender of a post is told that it waits for a moderator."""

from mailcore.directory.mailing_list import MailingList
from maildecide.lists.automatic import automatic
from maildecide.message.mail import Mail
from maildecide.message.sender_known import is_sender_known

MOST_TOLD = 10
"""How often an address is told on a day (UTC), whatever lists it has posted to."""


def is_told(mailing_list: MailingList, post: Mail) -> bool:
    """Whether he is: nobody is told of what others sent in his name, and no program."""
    if not mailing_list.notify_poster or not post.envelope.sender:
        return False
    return is_sender_known(post.arrival.client, post.marks) and automatic(post) is None
