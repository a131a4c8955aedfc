"""Which acknowledgements to send for deliveries that were done in any order.

Pure. One per consuming channel: delivery tags of a channel start at 1 and have no gaps.
"""


class Acknowledgements:
    """Turns done deliveries into as few `basic.ack` as possible, without keeping any back."""

    def __init__(self) -> None:
        self._done: set[int] = set()
        self._below = 0
        """Every delivery up to this tag is done."""
        self._unsent: list[int] = []

    def add(self, tag: int) -> None:
        """Note that the delivery `tag` is done. Each tag once."""
        self._done.add(tag)
        self._unsent.append(tag)

    def take(self) -> list[tuple[int, bool]]:
        """Give what is to be sent now: tag, and whether it acknowledges all before it too (`multiple`)."""
        before = self._below
        while self._below + 1 in self._done:
            self._below += 1
            self._done.discard(self._below)
        unsent, self._unsent = self._unsent, []
        singly = [(tag, False) for tag in unsent if tag > self._below]
        if self._below == before:
            return singly
        # Not simply `_below`: that one may have been sent singly before, and RabbitMQ closes the channel over a tag
        # that it does not know any more.
        return [(max(tag for tag in unsent if tag <= self._below), True), *singly]
