"""Why a message cannot be converted."""


class Unconvertible(Exception):  # noqa: N818 - reads as what is so
    """The message must stay as it is: it goes to servers that take it so, and is reported elsewhere."""

    def __init__(self, why: str, status: str = "5.6.3") -> None:
        """`status`: RFC 3463; 5.6.3 is for conversion that is required but not supported."""
        self.why = why
        self.status = status
        super().__init__(why)
