from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conformance.fuzzing import check
from tests.conformance.hostile import cut_up, cuts, hostile_input

EMPTY_MESSAGE = b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\n.\r\nNOOP\r\n"


@settings(max_examples=300, deadline=None)
@given(hostile_input, cuts, st.booleans())
@example(octets=EMPTY_MESSAGE, lengths=[1], normalise=False)
def test_whatever_a_client_sends(octets: bytes, lengths: list[int], normalise: bool) -> None:
    check(octets, cut_up(octets, lengths), normalise=normalise)


@settings(max_examples=50, deadline=None)
@given(hostile_input)
def test_octet_by_octet(octets: bytes) -> None:
    check(octets, cut_up(octets, [1]), normalise=True)
