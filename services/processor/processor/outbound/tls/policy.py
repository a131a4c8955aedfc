"""Whose demands a session has to meet, and how it failed them, in the words of RFC 8460."""

from dataclasses import dataclass
from typing import Literal

PolicyType = Literal["tlsa", "sts", "no-policy-found"]
FailureType = Literal[
    "starttls-not-supported",
    "certificate-host-mismatch",
    "certificate-expired",
    "certificate-not-trusted",
    "validation-failure",
    "tlsa-invalid",
    "dnssec-invalid",
    "sts-policy-fetch-error",
    "sts-policy-invalid",
    "sts-webpki-invalid",
]
"""Why a session was not protected as wanted (RFC 8460 4.3)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain publishes about TLS towards its servers."""

    type: PolicyType = "no-policy-found"
    domain: str = ""
    """Empty: nobody's, as for the routes of the settings; nothing is reported of it."""
    strings: tuple[str, ...] = ()
    """The TLSA records, or the lines of the policy, as RFC 8460 4.4 wants them."""
    is_testing: bool = False
    """Whether the domain wants to hear of failures and to have its mail all the same."""

    def __str__(self) -> str:
        names = {"tlsa": "DANE", "sts": "MTA-STS (testing)" if self.is_testing else "MTA-STS", "no-policy-found": ""}
        return names[self.type]


NOBODYS = Policy()
"""Where the settings alone decide."""


@dataclass(frozen=True, slots=True)
class Fault:
    """That something a domain publishes could not be met or used, without any session."""

    policy: Policy
    type: FailureType
    why: str
    mx_host: str = ""
