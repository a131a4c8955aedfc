import pytest

from mailcore.dns.servers import DnsServer, parse_servers, servers_of, system_servers
from mailcore.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("192.0.2.1:5353", [DnsServer("192.0.2.1", 5353)]),
        ("192.0.2.1", [DnsServer("192.0.2.1", 53)]),
        ("[2001:db8::1]:5353", [DnsServer("2001:db8::1", 5353)]),
        ("[2001:db8::1]", [DnsServer("2001:db8::1", 53)]),
        ("192.0.2.1:53, [::1]:54 ,dns:55", [DnsServer("192.0.2.1"), DnsServer("::1", 54), DnsServer("dns", 55)]),
        ("192.0.2.1:65535", [DnsServer("192.0.2.1", 65535)]),
    ],
)
def test_servers_are_read(text: str, servers: list[DnsServer]) -> None:
    assert parse_servers(text) == tuple(servers)


@pytest.mark.parametrize(
    "text",
    [
        *("", ",", "192.0.2.1:53,", "a:b", "a:-1", "a_b:53", "192.0.2.1:0", "192.0.2.1:65536"),
        *("::1", "2001:db8::1:53", "[::1", "[192.0.2.1]:53", "[name]:53", "[]:53"),
    ],
)
def test_what_is_no_server_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match="DNS_SERVERS: ''" if text in {"", ","} else "DNS_SERVERS: "):
        parse_servers(text)


def test_a_server_is_written_as_it_is_read() -> None:
    servers = (DnsServer("192.0.2.1", 5353), DnsServer("2001:db8::1"), DnsServer("dns.example.net"))
    assert parse_servers(",".join(map(str, servers))) == servers
    assert [server.is_named for server in servers] == [False, False, True]


def test_unset_means_those_of_the_system() -> None:
    assert servers_of(None) == system_servers()
    assert len(system_servers()) >= 1
    assert servers_of("192.0.2.1") == (DnsServer("192.0.2.1"),)
