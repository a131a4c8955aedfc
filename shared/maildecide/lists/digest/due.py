"""Whether a digest goes out now, and up to which post."""

from collections.abc import Sequence

from mailcore.directory.list_digest import MOST_POSTS, Standing, WaitingForDigest
from mailcore.directory.mailing_list import MailingList

_DAY = 86_400.0


def last_of_next(where: Standing, mailing_list: MailingList, now: float) -> WaitingForDigest | None:
    """Give the last post of a digest that goes out at `now` (seconds since the epoch); None: none does yet.

    One goes out when its posts have `digest_max_size` octets or more, or are as many as one may have; else when the
    first has been out for `digest_days`, and so long has passed since the last one. Posts that are still being sent
    out, and those after them, wait for the next one, so that whoever comes to digests meanwhile gets them. When a later
    one has been out for a day, something is wrong with them: those that are open go with the others, the rest are
    passed over.
    """
    octets = 0
    ready: WaitingForDigest | None = None
    overtaken = _overtaken(where.waiting, now)
    for count, post in enumerate(where.waiting, start=1):
        if post.sent_at is None and post.number > overtaken:
            break
        if post.state == "accepted":
            continue
        ready, octets = post, octets + post.size
        if octets >= mailing_list.digest_max_size or count == MOST_POSTS:
            return ready
    if ready is None:
        return None
    first = next(post for post in where.waiting if post.state != "accepted")
    # Not from when it came: one that waited for a moderator for a week has others to go with, too.
    since = max(first.at if first.sent_at is None else first.sent_at, where.at or 0.0)
    return ready if now - since >= mailing_list.digest_days * _DAY else None


def _overtaken(posts: Sequence[WaitingForDigest], now: float) -> int:
    """Give the number of the last post that has been out for a day; 0: there is none."""
    # Not by when it came: after days without a processor all that waited is opened within moments, in any order.
    return max((post.number for post in posts if post.sent_at is not None and now - post.sent_at > _DAY), default=0)
