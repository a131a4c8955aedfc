"""The environment variables, read once by each composition root. What may change at run time is in `settings/`.

`docs/environment.md` is generated from this file.
"""

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from mailcore.errors import ConfigurationError
from mailcore.settings.endpoint import EndpointText, read_endpoint

Port = Annotated[int, Field(ge=0, le=65535)]
_TOKEN_CHARACTERS = 16
_HOST_NAME = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"


def _url_of(*schemes: str) -> AfterValidator:
    """Take URLs of these schemes; the message never repeats the URL, which may hold a password."""

    def check(url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return url

    return AfterValidator(check)


def _long_enough(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < _TOKEN_CHARACTERS:
        raise ValueError(f"must have at least {_TOKEN_CHARACTERS} characters")
    return token


def _networks(value: object) -> object:
    """Take a text of networks separated by commas. Raises ValueError naming a wrong one."""
    return [ip_network(entry.strip(), strict=False) for entry in value.split(",")] if isinstance(value, str) else value


def _addresses(value: object) -> object:
    """Take a text of addresses separated by commas. Raises ValueError naming a wrong one."""
    return [ip_address(entry.strip()) for entry in value.split(",")] if isinstance(value, str) else value


def _host_names(value: object) -> object:
    """Take a text of `host` or `host:port`, separated by commas."""
    return tuple(entry.strip().lower() for entry in value.split(",")) if isinstance(value, str) else value


def _lmtp_server(text: str) -> str:
    """Take `host:port`, or `unix:` and an absolute path. Raises ValueError."""
    if text.startswith("unix:"):
        if not text.removeprefix("unix:").startswith("/"):
            raise ValueError("the path of a socket begins with /, such as unix:/run/dovecot/lmtp")
    else:
        read_endpoint(text)
    return text


def _told(problem: ErrorDetails) -> str:
    """Say what is wrong with which variable."""
    variable = ".".join(str(part) for part in problem["loc"]).upper()
    return f"{variable}: {problem['msg'].removeprefix('Value error, ')}"


class Environment(BaseModel):
    """What a process is told before it starts. Each field is an environment variable by its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    bind: str = "127.0.0.1"
    """Address that every port is bound to."""
    smtp_port: Port = 2525
    """Port for mail from other servers. 0 here and below: any free port, named in the `ready` line."""
    ingress_smtp: EndpointText | None = None
    """`host:port` at which processors reach SMTP_PORT, for mail that one account forwards to another through it
    (`local_forward_via_mta`). Unset: SMTP_PORT at BIND; this host, where BIND is every address.
    """
    submission_port: Port = 2587
    """Port for submission with STARTTLS (RFC 6409)."""
    submissions_port: Port = 2465
    """Port for submission under implicit TLS (RFC 8314)."""
    admin_port: Port = 8080
    """Port of the REST API."""
    public_port: Port = 8081
    """Port of the links that list members follow, of the pages on which people ask to join, and of nothing else."""
    health_port: Port = 8082
    """Port of /healthz, /readyz and /metrics of ingress and processor. The REST API has them on its own port."""
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+(/[^\s]*)?$")] | None = None
    """Where PUBLIC_PORT is reached from outside; unset: no https links are written."""
    public_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)] = ()
    """Web proxies before PUBLIC_PORT, comma separated addresses or networks; unset: none.

    What they say of clients in `X-Forwarded-For` is believed. What anybody may ask for there is counted by client.
    """
    data_dir: Path = Path("data")
    """Directory of everything kept on disk."""
    key_file: Path | None = None
    """File with the key that all others derive from; unset: `key` below DATA_DIR, made when it is missing.

    Processes that do not share DATA_DIR must share this file. A new key is put below the old ones, one a line, and once
    all processes have read it, above them; after the next migration the old ones seal nothing that is kept any more.
    """
    admin_token: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """The first token of the REST API, at least 16 characters; unset: one is made at first start and printed once."""
    database_url: Annotated[SecretStr, _url_of("postgresql")] | None = None
    """`postgresql://user:password@host:port/name`; unset: SQLite below DATA_DIR, for the standalone form only."""
    amqp_url: Annotated[SecretStr, _url_of("amqp", "amqps")] | None = None
    """`amqp://user:password@host:port/vhost`; unset: a queue in SQLite below DATA_DIR, for the standalone form only."""
    dns_servers: str | None = None
    """DNS servers to ask, comma separated `host:port` (an IPv6 address in brackets), in turn; unset: the system's."""
    hostname_fqdn: Annotated[str, Field(pattern=_HOST_NAME, max_length=255)] = Field(default_factory=socket.getfqdn)
    """The name this server calls itself by, in greetings and header fields: ASCII, an international one as A-labels."""
    proxy_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)] = ()
    """Load balancers before the SMTP ports, comma separated addresses or networks; unset: none.

    Every connection from there must begin with a header of the PROXY protocol, version 1 or 2, which names the client.
    """
    proxy_gateways: Annotated[tuple[IPv4Address | IPv6Address, ...], BeforeValidator(_addresses)] = ()
    """Addresses, comma separated, that no relay or pass rule may cover unless it is forced: every client seems to come
    from there when a container engine's proxy stands before ingress. Unset: the default gateways of this machine.
    """
    tls_cert: Path | None = None
    """PEM file with the certificate chain; unset: a self-signed certificate is made."""
    tls_key: Path | None = None
    """PEM file with the private key of TLS_CERT."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe level that is logged."""
    log_format: Literal["console", "json"] = "console"
    """`console` for people, `json` for machines."""
    ingress_processes: Annotated[int, Field(ge=1, le=64)] = 1
    """How many processes share the SMTP ports of one ingress."""
    processor_queues: Literal["all", "incoming", "outbound"] = "all"
    """Which queues a processor takes from, so that delivery can be scaled apart."""
    processor_prefetch: Annotated[int, Field(ge=1, le=4096)] = 64
    """How many messages a processor has in hand at most, per queue."""
    lmtp_server: Annotated[str, AfterValidator(_lmtp_server)] | None = None
    """The server that has the accounts' mailboxes and takes mail for them over LMTP (RFC 2033): `host:port`, or
    `unix:/path` of its socket. Unset: they are Maildirs below DATA_DIR.
    """
    lmtp_tls: Literal["off", "required", "verified", "implicit"] = "off"
    """TLS towards LMTP_SERVER. `required`: STARTTLS, with whatever certificate; `verified`: with one that is valid for
    its name; `implicit`: as `verified`, from the first octet on. Nothing is sent without.
    """
    addons_dir: Path | None = None
    """Directory of the programs that addons may run, which nobody who may use the REST API should be able to write to.
    Unset: none may. Processors and the REST API must see the same.
    """
    addon_hosts: Annotated[tuple[str, ...], BeforeValidator(_host_names)] = ()
    """Hosts that hooks of addons may be at, in private networks too: `host` or `host:port`, comma separated.

    Unset: none.
    """
    addon_processes: Annotated[int, Field(ge=1, le=64)] = 4
    """How many messages one addon has in hand at most, per processor."""
    addon_memory_mib: Annotated[int, Field(ge=16, le=1_048_576)] = 512
    """Most memory that a program of an addon may ask for (RLIMIT_AS), in MiB."""
    stop_grace_seconds: Annotated[float, Field(gt=0, le=600)] = 25.0
    """How long a stopping process finishes what it has begun."""

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Read the variables that are ours from `variables`; an empty one counts as unset.

        Raises ConfigurationError naming each wrong variable and what is allowed.
        """
        given = {name: variables[name.upper()] for name in cls.model_fields if variables.get(name.upper())}
        try:
            environment = cls.model_validate(given)
        except ValidationError as error:
            problems = error.errors(include_input=False, include_url=False)
            raise ConfigurationError("; ".join(map(_told, problems))) from None
        if (environment.tls_cert is None) != (environment.tls_key is None):
            raise ConfigurationError("TLS_CERT and TLS_KEY: set both or neither")
        if (environment.database_url is None) != (environment.amqp_url is None):
            raise ConfigurationError("DATABASE_URL and AMQP_URL: set both, or neither for the standalone form")
        return environment

    def require_shared_parts(self) -> None:
        """Raise ConfigurationError unless database and broker can be shared by several processes."""
        if self.database_url is None or self.amqp_url is None:
            raise ConfigurationError(
                "DATABASE_URL (postgresql://...) and AMQP_URL (amqp://...) must be set: "
                "several processes cannot share the embedded parts, which only the standalone form uses"
            )

    @property
    def mail_dir(self) -> Path:
        """Where the mailboxes lie."""
        return self.data_dir / "mail"

    @property
    def content_dir(self) -> Path:
        """Where the local content store lies."""
        return self.data_dir / "content"
