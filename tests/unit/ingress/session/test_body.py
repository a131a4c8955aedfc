import pytest
from hypothesis import given
from tests.unit.ingress.session.chunks import cut, of_alphabet

from ingress.seam import MessageLimits
from ingress.session.body import Body
from mailcore import replies
from mailcore.replies import Reply


def passed(chunks: list[bytes], limits: MessageLimits) -> tuple[bytes, Reply | None]:
    body = Body(limits)
    octets = b"".join(body.feed(chunk) for chunk in chunks) + body.finish()
    return octets, body.refusal


@pytest.mark.parametrize(
    ("limits", "message", "refusal"),
    [
        (MessageLimits(size=5), b"abc\r\n", None),
        (MessageLimits(size=4), b"abc\r\n", replies.MESSAGE_TOO_BIG.about(limit=4)),
        (MessageLimits(size=4), b"abc", replies.MESSAGE_TOO_BIG.about(limit=4)),
        (MessageLimits(size=99), b"a\nb\r\n", replies.BARE_LINE_END),
        (MessageLimits(size=99), b"a\r", replies.BARE_LINE_END),
        (MessageLimits(size=99, line_length=4), b"\r\nab\r\n", None),
        (MessageLimits(size=99, line_length=4), b"\r\nabc\r\n", replies.TEXT_LINE_TOO_LONG.about(limit=4)),
        (MessageLimits(size=99, line_length=4), b"\r\nabc", replies.TEXT_LINE_TOO_LONG.about(limit=4)),
        (MessageLimits(size=99, header_size=3), b"abc\r\n\r\n", replies.HEADER_TOO_BIG.about(limit=3)),
    ],
)
def test_limits(limits: MessageLimits, message: bytes, refusal: Reply | None) -> None:
    assert passed([message], limits)[1] == refusal


@pytest.mark.parametrize(
    ("message", "content"), [(b"", b""), (b"a", b"a\r\n"), (b"a\r\n", b"a\r\n"), (b"a\r", b"a\r\n"), (b"\r", b"\r\n")]
)
def test_the_last_line_is_closed(message: bytes, content: bytes) -> None:
    assert passed([message], MessageLimits(size=99, bare_line_ends="normalise")) == (content, None)


@given(cut(of_alphabet(b"\r\nx")))
def test_what_is_judged_does_not_depend_on_the_cuts(chunks: list[bytes]) -> None:
    for limits in (MessageLimits(size=30, line_length=9, header_size=12), MessageLimits(30, 9, 12, "normalise")):
        whole = passed([b"".join(chunks)], limits)
        cut_up = passed(chunks, limits)
        assert (cut_up[1] is None) == (whole[1] is None)
        if whole[1] is None:
            assert cut_up == whole


def test_nothing_is_given_on_after_a_refusal() -> None:
    body = Body(MessageLimits(size=3))
    assert body.feed(b"ab") == b"ab"
    assert body.feed(b"cd") == b""
    assert body.feed(b"e") == b""
    assert body.finish() == b""
    assert body.size == 4
