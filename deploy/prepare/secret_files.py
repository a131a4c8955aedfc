"""Which consumer is told which secret: each has a volume of its own, so that none sees another's."""

from collections.abc import Mapping

from deploy.prepare.passwords import Passwords

DATABASE = "hikyaku"
USER = "hikyaku"
VHOST = "hikyaku"


def secret_files(passwords: Passwords, certificate: bytes, key: bytes) -> Mapping[str, Mapping[str, bytes]]:
    """Give the files of each consumer by name.

    `certificate` is the PEM of a certificate and its key, `key` the file that all keys of the services derive from.
    """
    texts = {
        "postgres": {
            "superuser-password": passwords.postgres_superuser,
            "services-password": passwords.postgres_services,
            "dovecot-password": passwords.postgres_dovecot,
        },
        "rabbitmq": {
            "account.conf": (
                f"default_user = {USER}\ndefault_pass = {passwords.rabbitmq_services}\ndefault_vhost = {VHOST}\n"
            ),
        },
        "services": {
            "database-url": f"postgresql://{USER}:{passwords.postgres_services}@postgres:5432/{DATABASE}",
            "amqp-url": f"amqp://{USER}:{passwords.rabbitmq_services}@rabbitmq:5672/{VHOST}",
        },
        "dovecot": {"database-password": passwords.postgres_dovecot},
    }
    files = {
        consumer: {name: text.encode("ascii") for name, text in named.items()} for consumer, named in texts.items()
    }
    files["services"]["tls.pem"] = certificate
    files["services"]["key"] = key
    files["dovecot"]["tls.pem"] = certificate
    return files
