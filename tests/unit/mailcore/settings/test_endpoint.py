import pytest

from mailcore.settings import DeliverySettings
from mailcore.settings.endpoint import Endpoint, read_endpoint


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("127.0.0.1:2626", Endpoint("127.0.0.1", 2626)),
        ("Relay.Example.net:587", Endpoint("relay.example.net", 587)),
        ("飛脚.example.net:25", Endpoint("xn--w40al00c.example.net", 25)),
        ("[2001:DB8::1]:25", Endpoint("2001:db8::1", 25)),
    ],
)
def test_what_is_allowed(text: str, endpoint: Endpoint) -> None:
    assert read_endpoint(text) == endpoint


@pytest.mark.parametrize(
    "text", ["", "host", "host:", "host:0", "host:65536", "host:x", ":25", "[::1:25", "[x]:25", "a b:25"]
)
def test_what_is_not(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_endpoint(text)


def test_settings_keep_the_normal_form() -> None:
    settings = DeliverySettings.model_validate_json(
        '{"routes": {"Example.ORG": "Relay.example.net:25", ".飛脚.test": "[::1]:26"}}'
    )
    assert settings.routes == {"example.org": "relay.example.net:25", ".xn--w40al00c.test": "[::1]:26"}
