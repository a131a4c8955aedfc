"""What a delivered message is called in a Maildir.

`<seconds>.<key>.hikyaku,S=<size>,W=<size with CRLF>`: the same message for the same folder has the same name
whichever host delivers it, so that the file system itself refuses a second one. Dovecot reads the two sizes and
appends its flags (`:2,S`); the key stays.
"""

from uuid import UUID

from mailcore.ids import derived_id

_HOST = "hikyaku"


def delivery_key(message_id: UUID, mailbox: str, folder: str) -> str:
    """Name the one delivery of a message into a folder of a mailbox."""
    return derived_id(message_id, "store_local", f"{mailbox}\0{folder}").hex


def file_name(accepted_at: float, key: str, size: int, virtual_size: int) -> str:
    """Give the name in `new`; `accepted_at` is in seconds since the epoch, sizes are in octets."""
    return f"{int(accepted_at)}.{key}.{_HOST},S={size},W={virtual_size}"


def is_named_for(name: str, key: str) -> bool:
    """Whether a file called `name`, by us and perhaps with flags of Dovecot, is the delivery `key`."""
    return f".{key}.{_HOST}" in name
