"""How much one client, and all of them together, may take."""

from typing import Annotated

from pydantic import Field

from mailcore.settings.group import Count, SettingsGroup


class LimitSettings(SettingsGroup):
    """Limits that keep a flood from becoming an outage."""

    max_connections: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    """Most SMTP connections of one ingress process. One more gets 421 4.3.2."""

    max_connections_per_ip: Count = 50
    """Most SMTP connections of one client address (IPv6: one /64) to one ingress process. 0: no limit.

    One more gets 421 4.7.0. Clients that a `pass` rule matches are exempt.
    """

    max_commands_per_session: Count = 10_000
    """Most commands of one session, messages not counted; then 421 4.7.0. 0: no limit."""

    max_messages_per_session: Count = 1000
    """Most transactions of one session; the next MAIL gets 421 4.7.0. 0: no limit. MAILMAX (RFC 9422) follows it."""

    max_line_length: Annotated[int, Field(ge=998, le=1_048_576)] = 65_536
    """Longest text line of a message in octets, line end not counted; a longer one gets 500 5.5.2 after the data.

    RFC 5321 4.5.3.1.6 promises 998; longer lines are common and accepted up to this.
    """

    max_header_size: Annotated[int, Field(ge=1024, le=16_777_216)] = 1_048_576
    """Largest header section of a message in octets; a larger one gets 552 5.3.4."""

    min_data_rate: Count = 100
    """Fewest octets per second inside a message, averaged over a minute; below it: 421 4.4.2. 0: no limit."""
