"""What other domains may demand of the way their mail takes, and what is kept of it."""

from typing import Annotated

from pydantic import Field

from mailcore.settings.group import SettingsGroup


class TransportSettings(SettingsGroup):
    """DANE (RFC 7672), MTA-STS (RFC 8461), and what came of them (as RFC 8460 wants it counted).

    Both raise `opportunistic` and `required`. What `tls_domains` says of a domain holds as it is, but for `required`.
    """

    dane: bool = False
    """Whether servers have to show the certificates that their TLSA records name, where DNSSEC vouches for those.

    Only for DNS_SERVERS that validate and are reached over a way that nobody else can write on, such as one on this
    machine: that an answer is verified is taken from their word (the AD bit).
    """

    mta_sts: bool = True
    """Whether the MTA-STS policies of domains are fetched and followed. Needs HTTPS (port 443) to the outside."""

    tls_result_days: Annotated[int, Field(ge=0, le=366)] = 30
    """For how many days it is kept how TLS towards each domain went, and why not as it has to. 0: not at all."""
