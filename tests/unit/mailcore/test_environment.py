from pathlib import Path

import pytest

from mailcore.environment import Environment
from mailcore.errors import ConfigurationError

SHARED = {"DATABASE_URL": "postgresql://u:p@h:1/d", "AMQP_URL": "amqp://u:p@h:1/"}


def test_nothing_set_gives_the_defaults() -> None:
    environment = Environment.read({})
    assert (environment.bind, environment.smtp_port, environment.admin_port) == ("127.0.0.1", 2525, 8080)
    assert environment.mail_dir == Path("data/mail")
    assert environment.content_dir == Path("data/content")
    assert environment.hostname_fqdn


def test_variables_of_others_are_left_alone() -> None:
    assert Environment.read({"PATH": "/bin", "SMTP_PORT": "0"}).smtp_port == 0


def test_an_empty_variable_counts_as_unset() -> None:
    assert Environment.read({"SMTP_PORT": "", "DATABASE_URL": "", "AMQP_URL": ""}).smtp_port == 2525


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SMTP_PORT": "65536"}, r"^SMTP_PORT: .*65535"),
        ({"SMTP_PORT": "smtp"}, r"^SMTP_PORT: .*integer"),
        ({"LOG_FORMAT": "xml"}, r"^LOG_FORMAT: .*'console' or 'json'"),
        ({"ADMIN_TOKEN": "fifteen letters"}, r"^ADMIN_TOKEN: must have at least 16 characters$"),
        ({"PUBLIC_URL": "ftp://example.com"}, r"^PUBLIC_URL: .*pattern"),
        ({**SHARED, "DATABASE_URL": "mysql://x"}, r"^DATABASE_URL: .*postgresql"),
        ({**SHARED, "AMQP_URL": "redis://x"}, r"^AMQP_URL: .*amqp"),
        ({"TLS_CERT": "a.pem"}, r"^TLS_CERT and TLS_KEY: set both"),
        ({"DATABASE_URL": SHARED["DATABASE_URL"]}, r"^DATABASE_URL and AMQP_URL: set both"),
        ({"AMQP_URL": SHARED["AMQP_URL"]}, r"^DATABASE_URL and AMQP_URL: set both"),
        ({"STOP_GRACE_SECONDS": "0"}, r"^STOP_GRACE_SECONDS: .*greater than 0"),
        ({"HOSTNAME_FQDN": "mx.example.com\r\nX-Injected: yes"}, r"^HOSTNAME_FQDN: .*pattern"),
        ({"HOSTNAME_FQDN": "飛脚.example"}, r"^HOSTNAME_FQDN: .*pattern"),
        ({"LMTP_SERVER": "unix:run/lmtp"}, r"^LMTP_SERVER: the path of a socket begins with /"),
        ({"LMTP_SERVER": "mail.example.com"}, r"^LMTP_SERVER: .*host:port"),
        ({"LMTP_TLS": "maybe"}, r"^LMTP_TLS: .*'implicit'"),
        ({"PROXY_NETWORKS": "10.0.0.0/99"}, r"^PROXY_NETWORKS: '10.0.0.0/99'"),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_allowed(variables: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        Environment.read(variables)


def test_all_wrong_variables_are_named_at_once() -> None:
    with pytest.raises(ConfigurationError, match=r"SMTP_PORT: .*; LOG_LEVEL: "):
        Environment.read({"SMTP_PORT": "-1", "LOG_LEVEL": "loud"})


def test_secrets_are_neither_printed_nor_in_errors() -> None:
    environment = Environment.read({"ADMIN_TOKEN": "0123456789abcdef", **SHARED})
    assert "0123456789abcdef" not in repr(environment)
    assert "u:p@" not in repr(environment)
    with pytest.raises(ConfigurationError) as caught:
        Environment.read({**SHARED, "AMQP_URL": "amqq://user:hunter22@host"})
    assert "hunter22" not in str(caught.value)


def test_services_apart_need_parts_that_can_be_shared() -> None:
    Environment.read(SHARED).require_shared_parts()
    with pytest.raises(ConfigurationError, match=r"DATABASE_URL .* and AMQP_URL .* must be set"):
        Environment.read({}).require_shared_parts()
