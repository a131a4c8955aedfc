import pytest

from mailcore.address import parse_address
from mailcore.srs import VALID_DAYS, Returned, Rewritten, SrsKeys, is_rewritten

KEYS = SrsKeys([b"a" * 32])
NOW, DAY = 1_767_225_600.0, 86_400.0


def back(rewritten: Rewritten, now: float = NOW, keys: SrsKeys = KEYS) -> Returned | None:
    return keys.returned(parse_address(rewritten.address).local_part, now)


@pytest.mark.parametrize(
    "sender",
    ["bob@example.net", "Bob.Ob@example.net", '"a b"@example.net', "飛脚@example.net", "a=b=c@example.net", "=@x.test"],
)
def test_a_sender_leads_back_to_itself(sender: str) -> None:
    rewritten = KEYS.rewritten(sender, "example.com", NOW)
    assert rewritten.address.endswith("@example.com")
    assert not rewritten.token
    assert is_rewritten(parse_address(rewritten.address).local_part)
    assert back(rewritten) == Returned(sender)
    assert KEYS.rewritten(sender, "example.com", NOW + 1) == rewritten


@pytest.mark.parametrize(
    "sender", ["x" * 50 + "@example.net", "bob@" + "x" * 60 + ".test", "bob@[192.0.2.1]", "飛" * 15 + "@x.test"]
)
def test_what_does_not_fit_has_a_token(sender: str) -> None:
    rewritten = KEYS.rewritten(sender, "example.com", NOW)
    local_part = parse_address(rewritten.address).local_part
    assert len(local_part.encode()) <= 64
    assert back(rewritten) == Returned(token=rewritten.token)
    assert KEYS.returned(local_part.lower(), NOW) == Returned(token=rewritten.token)
    assert back(KEYS.rewritten(sender, "example.com", NOW + 9 * DAY), NOW + 9 * DAY) == Returned(token=rewritten.token)


@pytest.mark.parametrize(
    ("sender", "returned"),
    [
        ("SRS0=ABCD=XY=a.test=bob@example.org", "SRS0=ABCD=XY=a.test=bob@example.org"),
        ("SRS0+ABCD=XY=a.test=bob@example.org", "SRS0+ABCD=XY=a.test=bob@example.org"),
        ("srs0-ABCD=XY=a.test=bob@example.org", "SRS0-ABCD=XY=a.test=bob@example.org"),
        # A third server leaves out the second: the first knows the way back.
        ("SRS1=QQQQ=x.test==ABCD=XY=a.test=bob@example.org", "SRS0=ABCD=XY=a.test=bob@x.test"),
    ],
)
def test_a_sender_that_others_have_rewritten_leads_to_the_first_of_them(sender: str, returned: str) -> None:
    rewritten = KEYS.rewritten(sender, "example.com", NOW)
    assert rewritten.address.startswith("SRS1=")
    assert back(rewritten) == Returned(returned)


def test_case_does_not_matter_on_the_way() -> None:
    local_part = parse_address(KEYS.rewritten("bob@example.net", "example.com", NOW).address).local_part
    for changed in (local_part.lower(), local_part.upper(), local_part.swapcase()):
        returned = KEYS.returned(changed, NOW)
        assert returned is not None
        assert returned.address.lower() == "bob@example.net"


@pytest.mark.parametrize(
    ("days", "valid"), [(0, True), (VALID_DAYS, True), (VALID_DAYS + 1, False), (-1, True), (-2, False), (500, False)]
)
@pytest.mark.parametrize("start", [NOW, 1024 * 20 * DAY - DAY])
def test_it_is_valid_for_three_weeks(start: float, days: int, *, valid: bool) -> None:
    rewritten = KEYS.rewritten("bob@example.net", "example.com", start)
    assert (back(rewritten, start + days * DAY) is not None) == valid


def test_keys_are_rotated() -> None:
    old = KEYS.rewritten("bob@example.net", "example.com", NOW)
    both = SrsKeys([b"b" * 32, b"a" * 32])
    assert back(old, keys=both) == Returned("bob@example.net")
    new = both.rewritten("bob@example.net", "example.com", NOW)
    assert new != old
    assert back(new, keys=both) == Returned("bob@example.net")
    assert back(new) is None
    assert back(old, keys=SrsKeys([b"b" * 32])) is None


@pytest.mark.parametrize(
    "local_part",
    [
        "SRS0=AAAAAAAA=7G=example.net=bob",
        "SRS0=",
        "SRS0==",
        "SRS0====",
        "SRS0=é=7G=example.net=bob",
        "SRS0=AAAAAAAA=7=example.net=bob",
        "SRS0=AAAAAAAA=7G==x",
        "SRS1=AAAAAAAA=example.org==ABCD=XY=a.test=bob",
        "SRS1=",
        "SRS1=x=",
    ],
)
def test_what_was_not_made_here_leads_nowhere(local_part: str) -> None:
    assert is_rewritten(local_part)
    assert KEYS.returned(local_part, NOW) is None


def test_no_part_can_be_changed() -> None:
    local_part = parse_address(KEYS.rewritten("bob@example.net", "example.com", NOW).address).local_part
    for other in (
        local_part.replace("bob", "eve"),
        local_part.replace(".net", ".org"),
        local_part.replace("=7G=", "=7H="),
    ):
        assert other != local_part
        assert KEYS.returned(other, NOW) is None


@pytest.mark.parametrize("local_part", ["bob", "SRS0", "SRS2=x", "srs0x=y", ""])
def test_other_names_are_others(local_part: str) -> None:
    assert not is_rewritten(local_part)
