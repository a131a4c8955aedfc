"""The exceptions that cross a module boundary.

MailError
├── Transient            try again later
│   ├── BusAway          the broker did not take a message, or cannot be reached
│   ├── DatabaseAway     the database did not answer
│   ├── ContentAway      the content store did not take or give octets
│   └── StorageFull      no space is left: DatabaseFull and BusFull are both this and an absence
├── Permanent            never will
│   ├── ContentMissing   the content store is there, the content is not
│   ├── Malformed        a value from outside does not follow its contract
│   ├── NotFound         there is nothing of that name
│   ├── Duplicate        there is already one of that name
│   ├── Changed          it has changed since the caller read it
│   ├── Conflict         what else is stored stands against it
│   ├── SealBroken       a secret was not sealed by our keys, or not for where it lies
│   └── Invalid          values are not allowed, each with where and why
└── ConfigurationError   an environment variable is wrong; the process does not start
"""

from dataclasses import dataclass


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


class BusFull(BusAway, StorageFull):
    """The bus has no space left."""


class DatabaseFull(DatabaseAway, StorageFull):
    """The database has no space left; it may be read all the same."""


class Permanent(MailError):  # noqa: N818 - reads as the class of failure it is
    """A failure that every other try would meet too."""


class ContentMissing(Permanent):
    """The content store has nothing, or less than there was, under a key."""


class Malformed(Permanent):
    """A value does not follow its contract."""


class NotFound(Permanent):
    """There is nothing of that name."""


class Duplicate(Permanent):
    """There is already one of that name."""


class Changed(Permanent):
    """It has changed since it was read."""


class Conflict(Permanent):
    """What else is stored stands against it."""


class SealBroken(Permanent):
    """A secret that is kept cannot be opened."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that is not allowed."""

    loc: tuple[str | int, ...]
    """Where it stands, from the outside in."""
    msg: str
    """What is allowed there."""


class Invalid(Permanent):
    """Values are not allowed."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{'.'.join(map(str, problem.loc))}: {problem.msg}" for problem in problems))


class ConfigurationError(MailError):
    """An environment variable has a value that is not allowed."""
