"""What header rules know of a message for one of its recipients, beside its header section."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One message for one recipient."""

    sender: str
    """The envelope sender; empty for the null sender."""
    recipient: str
    size: int
    """Octets as SIZE counts them."""
    client_ip: str
    verdicts: Mapping[str, str]
    """What earlier checks have found, by the names of `mailcore.directory.rule_verdicts`."""
    incoming_for: tuple[str, ...] | None = None
    """The accounts and domains of whose incoming mail it is; None when it is nobody's."""
    outgoing_for: tuple[str, ...] | None = None
    """The accounts and domains of whose outgoing mail it is; None when it is nobody's."""
