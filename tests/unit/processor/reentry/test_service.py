import pytest

from mailcore.environment import Environment
from mailcore.settings.endpoint import Endpoint
from processor.reentry.service import at, endpoint_of


@pytest.mark.parametrize(
    ("bind", "host"),
    [("127.0.0.1", "127.0.0.1"), ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("mx", "mx")],
)
def test_where_a_port_is_reached(bind: str, host: str) -> None:
    assert at(bind, 25) == Endpoint(host, 25)


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({}, Endpoint("127.0.0.1", 2525)),
        ({"BIND": "0.0.0.0", "SMTP_PORT": "25"}, Endpoint("127.0.0.1", 25)),
        ({"INGRESS_SMTP": "ingress:2525"}, Endpoint("ingress", 2525)),
        ({"INGRESS_SMTP": "[2001:db8::1]:25", "BIND": "0.0.0.0"}, Endpoint("2001:db8::1", 25)),
    ],
)
def test_what_the_environment_says(variables: dict[str, str], endpoint: Endpoint) -> None:
    assert endpoint_of(Environment.read(variables)) == endpoint
