"""What a header rule does with a message when it applies."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mailcore.directory.rule_text import (
    FieldValue,
    Folder,
    RemovableName,
    ReplyText,
    RuleAddresses,
    SubjectPrefix,
    WritableName,
)
from mailcore.directory.stored import Entity


class AddHeader(Entity):
    """Add a field, beside others of its name."""

    kind: Literal["add_header"]
    name: WritableName
    """Its name."""
    value: FieldValue
    """Its value."""


class SetHeader(Entity):
    """Have a field once, with this value: in the place of the first that is there, or added."""

    kind: Literal["set_header"]
    name: WritableName
    """Its name."""
    value: FieldValue
    """Its value."""


class RemoveHeader(Entity):
    """Remove all fields of a name."""

    kind: Literal["remove_header"]
    name: RemovableName
    """Their name."""


class RenameHeader(Entity):
    """Give all fields of a name another one; their values stay as they are."""

    kind: Literal["rename_header"]
    name: RemovableName
    """The old name."""
    to: WritableName
    """The new name."""


class PrefixSubject(Entity):
    """Put a text before the subject, once: replies to a message that had it are left alone."""

    kind: Literal["prefix_subject"]
    text: SubjectPrefix
    """The text, with a blank at its end where one is wanted."""


class PutIntoFolder(Entity):
    """Have the message stored in a folder of the recipient's mailbox."""

    kind: Literal["put_into_folder"]
    folder: Folder
    """The folder, levels parted by `/`; made where it is missing."""


class PutIntoTrash(Entity):
    """Have the message stored in `Trash`, and not sent on."""

    kind: Literal["put_into_trash"]


class Discard(Entity):
    """Drop the message for this recipient; nobody is told."""

    kind: Literal["discard"]


class Reject(Entity):
    """Refuse the message with 550 5.7.1: in the session when that is so for all of its recipients, else afterwards."""

    kind: Literal["reject"]
    text: ReplyText = "Message refused by a rule"
    """What the client is told."""


class Redirect(Entity):
    """Send the message to others instead of this recipient."""

    kind: Literal["redirect"]
    to: RuleAddresses
    """Addresses; one in a managed domain must be a local address when the rule is written.

    Header rules are not applied again for them; what their accounts refuse is refused.
    """


class CopyTo(Entity):
    """Send the message, as it is at this point, to others as well."""

    kind: Literal["copy_to"]
    to: RuleAddresses
    """Addresses, as for `redirect`."""


class Stop(Entity):
    """Apply no further rules."""

    kind: Literal["stop"]


HeaderEdit = AddHeader | SetHeader | RemoveHeader | RenameHeader | PrefixSubject
"""What changes the header section and nothing else."""

RuleAction = Annotated[
    HeaderEdit | PutIntoFolder | PutIntoTrash | Discard | Reject | Redirect | CopyTo | Stop,
    Field(discriminator="kind"),
]


def _some(actions: tuple[RuleAction, ...]) -> tuple[RuleAction, ...]:
    # Not min_length, which would count what is refused already as missing, too.
    if not actions:
        raise ValueError("a rule does at least one thing")
    return actions


RuleActions = Annotated[
    tuple[RuleAction, ...], Field(max_length=50, json_schema_extra={"minItems": 1}), AfterValidator(_some)
]


def addresses_of(actions: tuple[RuleAction, ...]) -> tuple[str, ...]:
    """Give the addresses that `actions` send to, each once."""
    named = (address for action in actions if isinstance(action, Redirect | CopyTo) for address in action.to)
    return tuple(dict.fromkeys(named))
