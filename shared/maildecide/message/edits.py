"""Edits that steps ask for: each changes one thing of the header section and nothing else."""

from dataclasses import dataclass

import msgspec

from mailcore.mail.header_edits import with_field, with_only, without
from mailcore.mail.subject_mark import with_marked_subject
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class NewHeader:
    """Have another header section."""

    section: bytes

    def apply(self, mail: Mail) -> Mail:
        """Give the mail with it."""
        return msgspec.structs.replace(mail, header=self.section)


@dataclass(frozen=True, slots=True)
class IntoFolder:
    """Have the mail stored in a folder of whoever gets it, should it have a mailbox here."""

    folder: str

    def apply(self, mail: Mail) -> Mail:
        """Give the mail as it wants to be stored."""
        return msgspec.structs.replace(mail, folder=self.folder)


@dataclass(frozen=True, slots=True)
class RemoveFields:
    """Remove every field of these names, whatever their case."""

    names: tuple[str, ...]

    def apply(self, mail: Mail) -> Mail:
        """Give the mail without them."""
        names = {name.lower().encode("ascii") for name in self.names}
        return msgspec.structs.replace(mail, header=without(mail.header, names))


@dataclass(frozen=True, slots=True)
class AddField:
    """Add a field."""

    name: str
    value: str

    def apply(self, mail: Mail) -> Mail:
        """Give the mail with it."""
        return msgspec.structs.replace(mail, header=with_field(mail.header, f"{self.name}: {self.value}\r\n".encode()))


@dataclass(frozen=True, slots=True)
class SetField:
    """Have a field once: in the place of the first of its name, or added."""

    name: str
    value: str

    def apply(self, mail: Mail) -> Mail:
        """Give the mail with it."""
        raw = f"{self.name}: {self.value}\r\n".encode()
        return msgspec.structs.replace(mail, header=with_only(mail.header, self.name.lower().encode("ascii"), raw))


@dataclass(frozen=True, slots=True)
class MarkSubject:
    """Put a mark before the subject as it is written, once."""

    mark: str

    def apply(self, mail: Mail) -> Mail:
        """Give the mail with it."""
        return msgspec.structs.replace(mail, header=with_marked_subject(mail.header, self.mark.encode("ascii")))
