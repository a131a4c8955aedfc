import sys
from ipaddress import IPv4Address
from pathlib import Path

from admin_api.gateways import gateways_of, ipv4_gateways, ipv6_gateways
from mailcore.environment import Environment


def written(ip: str) -> str:
    """Give an address as this machine's kernel writes it."""
    return f"{int.from_bytes(IPv4Address(ip).packed, sys.byteorder):08X}"


ROUTES = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    f"eth0\t00000000\t{written('172.18.0.1')}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    f"eth0\t{written('172.18.0.0')}\t00000000\t0001\t0\t0\t0\t{written('255.255.0.0')}\t0\t0\t0\n"
    f"tun0\t{written('10.0.0.0')}\t{written('10.0.0.1')}\t0003\t0\t0\t0\t{written('255.0.0.0')}\t0\t0\t0\n"
    f"ppp0\t00000000\t00000000\t0001\t0\t0\t9\t00000000\t0\t0\t0\n"
)
ZERO = "0" * 32
IPV6_ROUTES = (
    f"fd000000000000000000000000000000 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001     eth0\n"
    f"{ZERO} 00 {ZERO} 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0\n"
    f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200       lo\n"
)


def test_default_routes_are_read(tmp_path: Path) -> None:
    assert ipv4_gateways(ROUTES) == ("172.18.0.1",)
    assert ipv6_gateways(IPV6_ROUTES) == ("fd00::1",)
    (tmp_path / "route").write_text(ROUTES)
    assert gateways_of(Environment(), tmp_path) == ("172.18.0.1",)
    (tmp_path / "ipv6_route").write_text(IPV6_ROUTES)
    assert gateways_of(Environment(), tmp_path) == ("172.18.0.1", "fd00::1")


def test_what_the_operator_says_stands_instead(tmp_path: Path) -> None:
    (tmp_path / "route").write_text(ROUTES)
    told = Environment.read({"PROXY_GATEWAYS": "192.0.2.1, 2001:db8::1"})
    assert gateways_of(told, tmp_path) == ("192.0.2.1", "2001:db8::1")


def test_without_routes_there_is_none(tmp_path: Path) -> None:
    assert gateways_of(Environment(), tmp_path) == ()
