"""Whether a digest goes out now, and up to which post."""

from collections.abc import Sequence

from mailcore.directory.list_digest import MOST_POSTS, Standing, WaitingForDigest
from mailcore.directory.mailing_list import MailingList

_DAY = 86_400.0


def last_of_next(where: Standing, mailing_list: MailingList, now: float) -> WaitingForDigest | None:
    """Give the last post of a digest that goes out at `now` (seconds since the epoch); None: none does yet.

    One goes out when its posts have `digest_max_size` octets or more, or are as many as one may have; else when the
    first has waited for `digest_days`, and so long has passed since the last one. Posts that are not opened yet, and
    those after them, wait for the next one; but one that others have overtaken for a day never will be, and is passed
    over.
    """
    octets = 0
    ready: WaitingForDigest | None = None
    overtaken = _overtaken(where.waiting, now)
    for count, post in enumerate(where.waiting, start=1):
        if post.state == "accepted":
            if post.number < overtaken:
                continue
            break
        ready, octets = post, octets + post.size
        if octets >= mailing_list.digest_max_size or count == MOST_POSTS:
            return ready
    if ready is None:
        return None
    first = next(post for post in where.waiting if post.state != "accepted")
    since = max(first.at, where.at or 0.0)
    return ready if now - since >= mailing_list.digest_days * _DAY else None


def _overtaken(posts: Sequence[WaitingForDigest], now: float) -> int:
    """Give the number of the last post that is open and came more than a day ago; 0: there is none."""
    return max((post.number for post in posts if post.state != "accepted" and now - post.at > _DAY), default=0)
