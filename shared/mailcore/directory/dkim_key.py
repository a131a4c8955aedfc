"""A key that signs for a domain (DKIM), from its making until its record may go."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mailcore.directory.stored import Entity, Stored
from mailcore.dkim.keys import Algorithm

KeyState = Literal["pending", "active", "retired"]
"""`pending`: made, and to be published; `active`: signs; `retired`: signs no more, and stays published for a while."""
REMOVABLE_AFTER_DAYS = 7
"""For how long mail may still be on its way after the key last signed: servers give up after four to five days."""
_MOST_LABEL = 63


def _selector(text: str) -> str:
    lower = text.lower()
    for label in lower.split("."):
        if not (label.isascii() and label.replace("-", "").isalnum() and len(label) <= _MOST_LABEL):
            raise ValueError("a selector is one or more DNS labels of letters, digits and hyphens")
        if label.startswith("-") or label.endswith("-"):
            raise ValueError("a DNS label neither begins nor ends with a hyphen")
    return lower


Selector = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_selector)]
"""What tells keys of one domain apart (RFC 6376 3.1), in lower case."""


class DkimKeyFields(Entity):
    """What an operator writes of a key; the key itself is made here."""

    selector: Selector | None = None
    """By which the key is found below `_domainkey` of the domain. null: one made of the date and the algorithm."""
    algorithm: Algorithm = "rsa-sha256"
    """`rsa-sha256`, with 2048 bits, or `ed25519-sha256` (RFC 8463). One of each may sign at the same time."""
    state: KeyState = "pending"
    """A new key is `pending`. `active`, once its record is found in DNS: it signs, and the one that did is retired.

    `retired`: it signs no more. A retired key may be made active again.
    """


class DkimRecord(Entity):
    """The DNS record by which receivers find a key."""

    name: str
    """Where it lies."""
    type: Literal["TXT"] = "TXT"
    """What kind of record it is."""
    value: str
    """What it says."""
    strings: tuple[str, ...]
    """The same in strings of at most 255 octets, as they stand in one record."""
    zone: str
    """The same as a line of a zone file."""


class DkimKey(Stored):
    """A key as stored. Its private part is never shown."""

    domain: str
    """The domain that it signs for."""
    selector: str
    """By which the key is found below `_domainkey` of the domain."""
    algorithm: Algorithm
    """How it signs."""
    state: KeyState
    """Whether it signs."""
    state_since: datetime
    """Since when that is so."""
    removable_at: datetime | None
    """From when on a retired key, and its record, may be removed; null: it is not retired."""
    record: DkimRecord
    """What has to be in DNS before the key becomes active, and until it may be removed."""


class DkimPublication(Entity):
    """What DNS says of a key at this moment."""

    status: Literal["published", "missing", "different", "unknown"]
    """`different`: there is a record that does not fit the key; `unknown`: nobody could say."""
    reason: str
    """What is wrong with it; empty when it is published."""
    found: tuple[str, ...]
    """What the records there say."""
