"""Who may send as whom, how much, and what a wrong password costs."""

from typing import Annotated, Literal

from pydantic import Field

from mailcore.settings.group import Count, Network, SettingsGroup, entries


class SubmissionSettings(SettingsGroup):
    """Clients that log in, and networks that speak for our users."""

    submission_sender: Literal["any", "own", "own_domain"] = "any"
    """Which envelope senders an authenticated client may use; others get 550 5.7.1. `own` is recommended.

    `any`: every one; `own`: its account's address, with or without a plus-part, and aliases that lead to it;
    `own_domain`: every address of its account's domain. The null sender is always allowed (RFC 8098).
    """

    recipients_per_account_hour: Count = 0
    """Most recipients that one account may send to within an hour, counted over all replicas. 0: no limit.

    The recipient that passes it gets 450 4.7.1.
    """

    trusted_forwarders: Annotated[tuple[Network, ...], entries()] = ()
    """Networks whose mail may bear our local senders without AUTH, such as servers that forward our users' mail."""

    auth_without_tls: bool = False
    """Whether AUTH is offered and taken without TLS. Passwords then cross the network in the clear."""

    login_failures_per_network: Count = 20
    """Failed logins from one address (IPv6: one /64) within the window before 454 4.7.0. 0: no limit."""

    login_failures_per_account: Count = 10
    """Failed logins to one account from one network (/24, IPv6: /48) within the window before 454 4.7.0.

    0: no limit. A network from which the account has logged in lately is never locked out by the failures of others.
    """

    login_failure_window_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """For how many minutes a failed login counts."""
