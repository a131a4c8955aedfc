from dataclasses import asdict

from deploy.prepare.passwords import Passwords
from deploy.prepare.secret_files import secret_files

from mailcore.environment import Environment

PASSWORDS = Passwords("super", "services", "reader", "broker")
CERTIFICATE = b"-----BEGIN PRIVATE KEY-----\n"


def test_no_consumer_is_told_more_than_it_needs() -> None:
    known = {
        consumer: {name for name, password in asdict(PASSWORDS).items() if password in _all_of(files)}
        for consumer, files in secret_files(PASSWORDS, b"", b"").items()
    }
    assert known == {
        "postgres": {"postgres_superuser", "postgres_services", "postgres_dovecot"},
        "rabbitmq": {"rabbitmq_services"},
        "services": {"postgres_services", "rabbitmq_services"},
        "dovecot": {"postgres_dovecot"},
    }


def test_the_certificate_goes_to_who_speaks_tls() -> None:
    files = secret_files(PASSWORDS, CERTIFICATE, b"")
    assert {consumer for consumer, named in files.items() if CERTIFICATE in named.values()} == {"services", "dovecot"}


def test_only_the_services_are_told_the_key() -> None:
    files = secret_files(PASSWORDS, b"", b"the key")
    assert {consumer for consumer, named in files.items() if b"the key" in named.values()} == {"services"}


def test_the_urls_are_what_the_services_take() -> None:
    services = secret_files(PASSWORDS, b"", b"")["services"]
    environment = Environment.read(
        {"DATABASE_URL": services["database-url"].decode(), "AMQP_URL": services["amqp-url"].decode()}
    )
    environment.require_shared_parts()


def _all_of(files: object) -> str:
    # The accounts are called `hikyaku`, whose password is none of these words.
    return str(files).replace("services-password", "").replace("superuser-password", "")
