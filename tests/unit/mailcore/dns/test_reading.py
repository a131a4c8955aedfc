import dns.exception
import dns.message
import pytest
from dns.flags import AD
from dns.message import Message, make_query, make_response
from dns.rcode import NXDOMAIN, SERVFAIL
from dns.rdatatype import ANY, MX, PTR, SOA, TLSA, TXT, A, RdataType
from dns.rrset import from_text
from hypothesis import given
from hypothesis import strategies as st

from mailcore.dns.interface import Answer
from mailcore.dns.reading import read_answer

QUERY = make_query("name.test", A)
SOA_LINE = ("test.", 3600, "IN", "SOA", "ns.test. hostmaster.test. 1 3600 600 86400 900")
WIRES = [
    b"".join([QUERY.id.to_bytes(2), b"\x81\x80\0\1\0\1\0\0\0\0\4name\4test\0\0", bytes([kind]), b"\0\1", record])
    for kind, record in [
        (1, b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc0\0\2\1"),
        (15, b"\xc0\x0c\0\x0f\0\1\0\0\1\x2c\0\6\0\x0a\2mx\xc0\x0c"),
        (16, b"\xc0\x0c\0\x10\0\1\0\0\1\x2c\0\4\1a\1b"),
        (5, b"\xc0\x0c\0\5\0\1\0\0\1\x2c\0\2\xc0\x0c"),
    ]
]


def a_response(*answer: tuple[str, int, str, str, str], soa: bool = True) -> Message:
    response = make_response(QUERY)
    response.answer = [from_text(*line) for line in answer]
    response.authority = [from_text(*SOA_LINE)] if soa else []
    return response


def test_absence_is_kept_by_the_least_of_what_came() -> None:
    """RFC 2308 5: the SOA's minimum or its own TTL, and that of an alias on the way."""
    assert read_answer(a_response(), A) == Answer("no_data", ttl=900, has_soa=True)
    alias = ("name.test.", 30, "IN", "CNAME", "other.test.")
    assert read_answer(a_response(alias), A) == Answer("no_data", ttl=30, has_soa=True)
    assert read_answer(a_response(soa=False), A) == Answer("no_data", ttl=0)


def test_a_code_that_says_nothing_is_no_answer() -> None:
    response = a_response()
    response.set_rcode(SERVFAIL)
    assert read_answer(response, A) is None


def test_absence_may_be_verified_too() -> None:
    response = a_response()
    response.set_rcode(NXDOMAIN)
    response.flags |= AD
    assert read_answer(response, A) == Answer("no_name", ttl=900, is_authenticated=True, has_soa=True)


@given(st.sampled_from(WIRES), st.lists(st.tuples(st.integers(2, 60), st.integers(0, 255)), max_size=6))
def test_whatever_comes_is_read_or_refused(wire: bytes, changes: list[tuple[int, int]]) -> None:
    octets = bytearray(wire)
    for at, octet in changes:
        if at < len(octets):
            octets[at] = octet
    try:
        response = dns.message.from_wire(bytes(octets))
    except dns.exception.DNSException:
        return
    for rdtype in (A, MX, ANY, TXT, TLSA, SOA, PTR):
        answer = read_answer(response, rdtype)
        assert answer is None or answer.ttl >= 0


@pytest.mark.parametrize("rdtype", [A, ANY])
def test_what_is_no_answer_to_a_query_says_nothing(rdtype: RdataType) -> None:
    assert read_answer(dns.message.Message(id=1), rdtype) is None
