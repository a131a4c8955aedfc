import pytest
from tests.builders import a_forward

from maildecide.message.forwarding.choice import chosen


@pytest.mark.parametrize(
    ("only_from", "sender", "applies"),
    [
        ((), "bob@example.net", True),
        ((), "", True),
        (("bob@example.net",), "bob@example.net", True),
        (("@example.net",), "bob@EXAMPLE.NET", True),
        (("BOB@",), "bob@example.net", True),
        (("@example.org", "@example.net"), "bob@example.net", True),
        (("@example.org",), "bob@example.net", False),
        (("@example.net",), "", False),
        (("ÅSA@",), "a\u030asa@example.net", True),
    ],
)
def test_an_entry_is_a_text_that_the_sender_contains(only_from: tuple[str, ...], sender: str, applies: bool) -> None:
    assert bool(chosen([a_forward("x@example.org", only_from=only_from)], sender)) == applies


def test_the_first_that_applies_ends_the_search() -> None:
    off = a_forward("off@example.org", enabled=False)
    other = a_forward("other@example.org", only_from=("ken",))
    first, second = a_forward("first@example.org"), a_forward("second@example.org")
    assert chosen([off, other, first, second], "bob@example.net") is first
    assert chosen([off, other], "bob@example.net") is None
