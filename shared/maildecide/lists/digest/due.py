"""Whether a digest goes out now, and up to which post."""

from mailcore.directory.list_digest import MOST_POSTS, Standing, WaitingForDigest
from mailcore.directory.mailing_list import MailingList

_DAY = 86_400.0


def last_of_next(where: Standing, mailing_list: MailingList, now: float) -> WaitingForDigest | None:
    """Give the last post of a digest that goes out at `now` (seconds since the epoch); None: none does yet.

    One goes out when its posts have `digest_max_size` octets or more, or are as many as one may have; else when the
    first has waited for `digest_days`, and so long has passed since the last one. Posts that are not opened yet, and
    those after them, wait for the next one.
    """
    octets = 0
    ready: WaitingForDigest | None = None
    for count, post in enumerate(where.waiting, start=1):
        if post.state == "accepted":
            break
        ready, octets = post, octets + post.size
        if octets >= mailing_list.digest_max_size or count == MOST_POSTS:
            return ready
    if ready is None:
        return None
    since = max(where.waiting[0].at, where.at or 0.0)
    return ready if now - since >= mailing_list.digest_days * _DAY else None
