"""How mail gets to other servers, and what its senders are told when it does not."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mailcore.address import domain_to_ascii
from mailcore.settings.endpoint import EndpointText
from mailcore.settings.group import AddressText, Count, Network, SettingsGroup, Zone, entries
from mailcore.settings.sealing import SealingSettings
from mailcore.settings.secret import Secret
from mailcore.settings.transport import TransportSettings

_MOST_SECONDS = 31 * 86400


def _domain_pattern(text: str) -> str:
    return "." * text.startswith(".") + domain_to_ascii(text.removeprefix("."))


DomainPattern = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_domain_pattern)]
"""A domain, or with a leading dot all below it."""
Seconds = Annotated[int, Field(ge=0, le=_MOST_SECONDS)]
TlsPolicy = Literal["off", "opportunistic", "required", "verified"]


class RouteSettings(SettingsGroup):
    """Where mail for a domain goes, and how it is protected on the way."""

    hostname: Zone | None = None
    """What this server calls itself to others. null: HOSTNAME_FQDN."""

    routes: Annotated[dict[DomainPattern, EndpointText], Field(max_length=10_000)] = {}  # noqa: RUF012 - pydantic copies it
    """Domains that go to a server of their own, as `{"example.org": "127.0.0.1:2626"}`, whatever DNS says.

    `.example.org` stands for all domains below it. A route goes before the smarthost.
    """

    smarthost: EndpointText | None = None
    """The server that takes all mail without a route, as `host:port`. null: mail goes to where MX records point."""

    smarthost_tls: Literal["off", "opportunistic", "required", "verified", "implicit"] = "verified"
    """TLS towards the smarthost. `implicit`: from the first octet on, as port 465 wants it, and verified."""

    smarthost_user: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The login at the smarthost. null: none. A password is never sent unless the connection is under TLS."""

    smarthost_password: Secret | None = None
    """The password at the smarthost. It is never shown, and lies in the database sealed by KEY_FILE."""

    port: Annotated[int, Field(ge=1, le=65535)] = 25
    """The port of other domains' mail servers. Another one than 25 is for tests and closed networks."""

    own_addresses: Annotated[tuple[Network, ...], entries()] = ()
    """Addresses and networks under which others reach this server, beside those of its own interfaces.

    Those of a router or a load balancer before it, or of the host of its container. Where an MX record leads to one, or
    at port 25 to an interface, it means this server: mail goes to servers preferred to it alone; without any, it is a
    loop (`5.4.6`).
    """

    tls: TlsPolicy = "opportunistic"
    """TLS towards other servers. `opportunistic`: where it is offered and works; `required`: or nothing is sent.

    `verified`: with a certificate that is valid for the server's name. `off`: never.
    """

    tls_domains: Annotated[dict[DomainPattern, TlsPolicy], Field(max_length=10_000)] = {}  # noqa: RUF012 - pydantic copies it
    """Domains for which another policy holds, such as `{"example.org": "required"}`. `.example.org`: all below it."""


class PaceSettings(SettingsGroup):
    """How much goes out at once, and what happens when a server does not take it."""

    max_connections: Annotated[int, Field(ge=1, le=100_000)] = 200
    """Most deliveries to other servers at once, over all replicas."""

    max_connections_per_domain: Annotated[int, Field(ge=1, le=10_000)] = 20
    """Most deliveries to one domain at once, over all replicas."""

    first_connections_per_domain: Annotated[int, Field(ge=1, le=10_000)] = 5
    """With how many deliveries at once a domain begins; each that succeeds allows one more."""

    backoff_seconds: Annotated[int, Field(ge=0, le=1800)] = 60
    """For how long a domain rests as a whole once none of its servers could be used; doubled each time, up to 1800."""

    reuse_seconds: Annotated[int, Field(ge=0, le=60)] = 3
    """For how long a connection waits for another message to the same server. 0: none does."""

    max_servers_per_attempt: Annotated[int, Field(ge=1, le=100)] = 5
    """Most addresses of a domain's servers that one attempt tries."""

    retry_seconds: Annotated[tuple[Seconds, ...], Field(strict=False, min_length=1, max_length=100)] = (
        300, 600, 900, 1800, 3600, 7200, 10_800, 14_400,
    )  # fmt: skip
    """How long to wait after the first, second ... attempt that failed for a time; after the last, as long again.

    The first waits outlast what greylisting servers ask for (RFC 6647). Each is longer by up to a tenth, at random.
    """

    lifetime_seconds: Annotated[int, Field(ge=0, le=_MOST_SECONDS)] = 432_000
    """After how long a message that could not be delivered is given up (RFC 5321 4.5.4.1: four to five days)."""


class ReportSettings(SettingsGroup):
    """What senders are told (RFC 3461, RFC 3464)."""

    delay_notice_seconds: Seconds = 14_400
    """After how long the sender is told, once, that a message is late. 0: never."""

    dsn_policy: Literal["all", "verified"] = "all"
    """Who is told. `all`: every sender.

    `verified`: those who are ours, who logged in, whom a relay rule permits, or for whose domain SPF or DKIM vouches.
    What is not reported goes to the server's trash.
    """

    dsn_language: Literal["auto", "en", "ja"] = "auto"
    """The language of reports for people. The part for programs is the same in all.

    `auto`: the sender's, as the message shows it: by `Accept-Language` and `Content-Language`, charsets, and kana in
    sender and subject; English where nothing shows another.
    """

    dsn_return_bytes: Annotated[int, Field(ge=0, le=1024**3)] = 1024**2
    """Up to which size a message that failed is returned whole where its sender asks for that (RET=FULL).

    Of a larger one, and of all others, the header section is returned.
    """

    dsns_per_address_hour: Count = 100
    """Most reports to one address within an hour, over all replicas; more are left out and traced. 0: no limit.

    A mailing list gets all that are about its own copies.
    """

    undeliverable_address: AddressText | None = None
    """The local address that gets reports which cannot be delivered. null: the server's mailbox for postmaster."""

    undeliverable: Literal["keep", "drop"] = "keep"
    """What becomes of reports that cannot be delivered, and of other mail from the null sender that fails.

    `keep`: `undeliverable_address` gets them. `drop`: nobody does; the trace says so.
    """


# pydantic collects fields from the last base to the first.
class DeliverySettings(SealingSettings, ReportSettings, PaceSettings, TransportSettings, RouteSettings):
    """How mail gets to other servers, and what its senders are told when it does not."""
