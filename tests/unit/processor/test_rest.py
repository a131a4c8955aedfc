import pytest

from mailcore.errors import BusAway
from processor.brake import Brake
from processor.rest import Rest


class Taker:
    """Takes work, or cannot be told so."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.is_away = False

    async def pause(self) -> None:
        """Hear it."""
        self._tell("pause")

    async def resume(self) -> None:
        """Hear it."""
        self._tell("resume")

    def _tell(self, what: str) -> None:
        if self.is_away:
            raise BusAway
        self.told.append(what)


async def test_what_takes_work_rests_while_it_is_wanted() -> None:
    wanted = [False, True, True, False, False]
    taker, rest = Taker(), Rest(lambda: wanted.pop(0))
    rest.pauses(taker)
    for told in ([], ["pause"], ["pause"], ["pause", "resume"], ["pause", "resume"]):
        await rest.look()
        assert taker.told == told


async def test_what_could_not_be_told_is_told_at_the_next_look() -> None:
    is_wanted = True
    one, other = Taker(), Taker()
    rest = Rest(lambda: is_wanted)
    rest.pauses(one)
    rest.pauses(other)
    other.is_away = True
    with pytest.raises(BusAway):
        await rest.look()
    other.is_away = False
    is_wanted = False
    await rest.look()
    assert (one.told, other.told) == (["pause", "resume"], ["resume"])
    await rest.look()
    assert one.told == ["pause", "resume"]


async def test_a_brake_is_released_when_no_reason_is_left() -> None:
    taker = Taker()
    brake = Brake(taker)
    outage, rest = brake.reason(), brake.reason()
    await outage.pause()
    await rest.pause()
    await outage.resume()
    assert "resume" not in taker.told
    await rest.resume()
    assert taker.told[-1] == "resume"
    await rest.resume()
