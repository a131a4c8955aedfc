"""How many letters a queue message holds, as lately seen: RabbitMQ counts queue messages, and we count letters."""

_WEIGHT = 1 / 32


class Sizes:
    """A moving mean per queue."""

    def __init__(self) -> None:
        self._means: dict[str, float] = {}

    def seen(self, queue: str, letters: int) -> None:
        """Note a queue message with so many letters."""
        mean = self._means.get(queue)
        self._means[queue] = letters if mean is None else mean + (letters - mean) * _WEIGHT

    def mean(self, queue: str) -> float:
        """Give the mean; 1 when none was seen."""
        return self._means.get(queue, 1.0)
