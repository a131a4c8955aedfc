"""How large a message's header section is, followed until the empty line that ends it."""


class HeaderSize:
    """Follows the header section of one message."""

    __slots__ = ("_most", "_seen", "_tail", "exceeded", "is_complete")

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen = 0
        # A message that begins with an empty line has an empty header section.
        self._tail = b"\r\n"
        self.is_complete = False
        self.exceeded = False

    def feed(self, octets: bytes) -> None:
        """Look at the next octets. Nothing is looked at after the empty line."""
        if self.is_complete:
            return
        searched = self._tail + octets
        end = searched.find(b"\r\n\r\n")
        if end >= 0:
            self.is_complete = True
            self._seen += end + 2 - len(self._tail)
        else:
            self._seen += len(octets)
            self._tail = searched[-3:]
        self.exceeded = self._seen > self._most
