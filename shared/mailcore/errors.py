"""The exceptions that cross a module boundary.

MailError
├── Transient            try again later
│   ├── BusAway          the broker did not take a message, or cannot be reached
│   ├── DatabaseAway     the database did not answer
│   └── ContentAway      the content store did not take or give octets
├── Permanent            never will
│   ├── ContentMissing   the content store is there, the content is not
│   └── Malformed        a value from outside does not follow its contract
└── ConfigurationError   an environment variable is wrong; the process does not start
"""


class MailError(Exception):
    """Something went wrong with a message or with what carries it."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Transient(MailError):  # noqa: N818 - reads as the class of failure it is
    """A failure that another try may not meet."""


class BusAway(Transient):
    """The broker did not confirm, returned the message, is blocked, or cannot be reached."""


class DatabaseAway(Transient):
    """The database cannot be reached or did not answer in time."""


class ContentAway(Transient):
    """The content store did not take or give what was asked of it."""


class StorageFull(Transient):
    """No space is left where the content or the mailbox is kept."""


class Permanent(MailError):  # noqa: N818 - reads as the class of failure it is
    """A failure that every other try would meet too."""


class ContentMissing(Permanent):
    """The content store has nothing, or less than there was, under a key."""


class Malformed(Permanent):
    """A value does not follow its contract."""


class ConfigurationError(MailError):
    """An environment variable has a value that is not allowed."""
