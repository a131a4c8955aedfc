import msgspec
import pytest

from mailcore.authentication.results import (
    MOST_REASON,
    ArcVerdict,
    Authentication,
    DkimVerdict,
    DmarcVerdict,
    SpfVerdict,
    brief,
)


@pytest.mark.parametrize(
    ("found", "result"),
    [
        ((), "none"),
        (("fail",), "fail"),
        (("fail", "pass"), "pass"),
        (("neutral", "fail", "temperror"), "temperror"),
        (("neutral", "policy"), "policy"),
        (("neutral", "permerror"), "permerror"),
    ],
)
def test_signatures_are_worth_as_much_as_the_best_of_them(found: tuple[str, ...], result: str) -> None:
    verdicts = tuple(msgspec.convert({"result": one}, DkimVerdict) for one in found)
    assert Authentication(dkim=verdicts).dkim_result == result


def test_a_reason_that_a_stranger_wrote_stays_short() -> None:
    assert brief("a" * MOST_REASON) == "a" * MOST_REASON
    assert len(brief("a" * 100_000)) == MOST_REASON


def test_it_travels_as_it_is() -> None:
    found = Authentication(
        SpfVerdict("fail", "example.org", reason="-all"),
        (DkimVerdict("pass", "example.org", "s", "rsa-sha256", "abc"),),
        DmarcVerdict("fail", "example.org", "none", "reject"),
        ArcVerdict("pass", "example.net", 2),
        is_aligned=True,
        vouches_for_sender=True,
    )
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Authentication) == found
