import pytest

from ingress.session.incoming import LONGEST_LINE, Incoming, LineTooLong


def test_lines_are_given_when_they_are_whole() -> None:
    incoming = Incoming()
    incoming.add(b"NO")
    assert incoming.take_line() is None
    incoming.add(b"OP\r\nRSET\r")
    assert incoming.take_line() == b"NOOP\r\n"
    assert incoming.take_line() is None
    incoming.add(b"\n")
    assert incoming.take_line() == b"RSET\r\n"
    assert len(incoming) == 0


def test_the_longest_line_is_given() -> None:
    incoming = Incoming()
    incoming.add(b"x" * (LONGEST_LINE - 2))
    assert incoming.take_line() is None
    incoming.add(b"\r\n")
    line = incoming.take_line()
    assert line is not None
    assert len(line) == LONGEST_LINE


@pytest.mark.parametrize("step", [1000, LONGEST_LINE * 3])
def test_a_longer_line_is_dropped_and_told_of_once(step: int) -> None:
    incoming = Incoming()
    for _ in range(LONGEST_LINE * 3 // step):
        incoming.add(b"x" * step)
        assert incoming.take_line() is None
        assert len(incoming) <= LONGEST_LINE + step
    incoming.add(b"\r\nNOOP\r\n")
    with pytest.raises(LineTooLong):
        incoming.take_line()
    assert incoming.take_line() == b"NOOP\r\n"


def test_a_longer_line_that_comes_whole_is_dropped_too() -> None:
    incoming = Incoming()
    incoming.add(b"x" * LONGEST_LINE + b"\nNOOP\r\n")
    with pytest.raises(LineTooLong):
        incoming.take_line()
    assert incoming.take_line() == b"NOOP\r\n"


def test_octets_can_be_taken_and_put_back() -> None:
    incoming = Incoming()
    incoming.add(b"abcdef")
    assert incoming.take(2) == b"ab"
    assert incoming.take_all() == b"cdef"
    incoming.add(b"g\r\n")
    incoming.put_back(b"ef")
    assert incoming.take_line() == b"efg\r\n"
    assert incoming.take(5) == b""
