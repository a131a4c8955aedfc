import pytest

from ingress.crowd import Crowd


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::1", "0.0.0.1", False),
    ],
)
def test_who_is_one_client(one: str, other: str, *, is_same: bool) -> None:
    crowd = Crowd()
    assert crowd.enter(one) == 1
    assert crowd.enter(other) == (2 if is_same else 1)
    assert crowd.size == 2


def test_who_leaves_is_forgotten() -> None:
    crowd = Crowd()
    for _ in range(3):
        crowd.enter("192.0.2.1")
    for _ in range(3):
        crowd.leave("192.0.2.1")
    assert crowd.size == 0
    assert not crowd._by_client
    assert crowd.enter("192.0.2.1") == 1
