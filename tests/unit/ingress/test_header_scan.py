import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingress.header_scan import HeaderScan
from mailcore.mail.headers import count_fields, header_size

MESSAGES = [
    b"",
    b"\r\n",
    b"\r\nbody\r\n\r\n",
    b"A: 1\r\n",
    b"A: 1\r\n\r\n",
    b"A: 1\r\n\r\nReceived: in the body\r\n\r\n",
    b"Received: x\r\nreceived : y\r\n\tz\r\nX: Received: no\r\n\r\nbody",
    b"Received: x\r\nRECEIVED: y",
    b"no header at all\r\nReceived: z\r\n",
    b"A: 1\r\n\r\r\n\r\nB: 2\r\n\r\n",
    b"A: 1\n\nReceived: x\n\r\n\r\nbody",
]


@given(message=st.sampled_from(MESSAGES) | st.binary(), cuts=st.lists(st.integers(min_value=0, max_value=80)))
def test_pieces_of_any_size_give_what_the_whole_gives(message: bytes, cuts: list[int]) -> None:
    scan = HeaderScan()
    start = 0
    for cut in [*sorted(cuts), len(message)]:
        scan.feed(message[start : max(start, cut)])
        start = max(start, cut)
    scan.finish()
    assert scan.header_size == header_size(message)
    assert scan.hops == count_fields(message[: header_size(message)], b"received")


@pytest.mark.parametrize(
    ("message", "message_id"),
    [
        (b"Message-ID: <a@example.com>\r\n\r\n", "<a@example.com>"),
        (b"MESSAGE-Id:\r\n  <a@example.com>  \r\n\r\n", "<a@example.com>"),
        (b"Message-ID: <a@example.com>\r\nMessage-ID: <b@example.com>\r\n\r\n", "<a@example.com>"),
        (b"Message-ID: <" + b"x" * 300, "<" + "x" * 249),
        (b"Message-ID: \xff\r\n\r\n", "\ufffd"),
        (b"Message-ID:\r\n\r\n", None),
        (b"Subject: none\r\n\r\nMessage-ID: <body@example.com>\r\n", None),
    ],
)
def test_message_id(message: bytes, message_id: str | None) -> None:
    scan = HeaderScan()
    scan.feed(message)
    scan.finish()
    assert scan.message_id == message_id


def test_what_follows_the_section_is_not_kept() -> None:
    scan = HeaderScan()
    scan.feed(b"Received: a\r\n\r\n")
    assert scan.is_over
    scan.feed(b"Received: b\r\n\r\n" * 1000)
    scan.finish()
    assert (scan.hops, scan.header_size) == (1, 13)


def test_the_section_is_kept_for_whoever_wants_it() -> None:
    scan = HeaderScan(keeps_section=True)
    scan.feed(b"A: b\r\nC: ")
    assert scan.section is None
    scan.feed(b"d\r\n\r\nbody")
    assert scan.section == b"A: b\r\nC: d\r\n"
    assert HeaderScan().section is None
