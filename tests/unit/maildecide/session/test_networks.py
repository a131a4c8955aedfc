import pytest

from maildecide.session.networks import is_within


@pytest.mark.parametrize(
    ("networks", "ip", "expected"),
    [
        ((), "192.0.2.1", False),
        (("192.0.2.1/32",), "192.0.2.1", True),
        (("198.51.100.0/24", "192.0.2.0/24"), "192.0.2.255", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.1", True),
        (("192.0.2.0/24",), "192.0.3.0", False),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("2001:db8::/32",), "192.0.2.1", False),
    ],
)
def test_is_within(networks: tuple[str, ...], ip: str, *, expected: bool) -> None:
    assert is_within(networks, ip) == expected
