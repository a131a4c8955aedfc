"""Which authors of a message are members of a list. Asked by sessions and processors."""

from collections.abc import Iterable

from mailcore.directory.list_member import ListMember, member_key
from mailcore.directory.lookup import ListDirectory


async def members_among(directory: ListDirectory, list_id: int, authors: Iterable[str]) -> dict[str, ListMember | None]:
    """Give for each author who that is among the members of the list; None for somebody else. Raises DatabaseAway."""
    return {author: await directory.list_member(list_id, member_key(author)) for author in authors}
