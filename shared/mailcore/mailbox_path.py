"""Where an account's mail lies below the mail directory: computed when the account is made, and stored with it."""

from hashlib import sha256

from mailcore.address import Address

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_+=-")
_DOT = ord(".")
_MOST_OCTETS = 200
_KEPT_OCTETS = 150
_HASH_DIGITS = 40


def mailbox_path(address: Address) -> str:
    """Give the path `domain/local part` of an address in its stored form, safe as a directory name on any system.

    In the local part every octet outside `[a-z0-9_+=-]` and dots that are not first is written `%XX`. Past 200
    octets it becomes its first 150, `%~` and a hash, and so does an empty one (`""@example.com` is an address), which
    would otherwise be the domain's own directory. No two addresses share a path, and none leads out of the directory.
    """
    encoded = "".join(
        chr(octet) if octet in _PLAIN or (octet == _DOT and position > 0) else f"%{octet:02X}"
        for position, octet in enumerate(address.local_part.encode("utf-8"))
    )
    if not 0 < len(encoded) <= _MOST_OCTETS:
        digest = sha256(address.local_part.encode("utf-8")).hexdigest()[:_HASH_DIGITS]
        encoded = f"{encoded[:_KEPT_OCTETS]}%~{digest}"
    return f"{address.domain}/{encoded}"
