"""What EHLO announces (RFC 5321 4.1.1.1)."""

from functools import lru_cache

from ingress.seam import SessionLimits
from mailcore import replies
from mailcore.replies import Reply


@lru_cache(maxsize=64)
def announcement(limits: SessionLimits, *, starttls: bool, auth: bool) -> Reply:
    """Give the reply to EHLO."""
    lines = [
        limits.hostname,
        "PIPELINING",  # RFC 2920
        f"SIZE {limits.announced_size}",  # RFC 1870
        "8BITMIME",  # RFC 6152
        "SMTPUTF8",  # RFC 6531
        "CHUNKING",  # RFC 3030
        "DSN",  # RFC 3461
        "ENHANCEDSTATUSCODES",  # RFC 2034
    ]
    counts = {"RCPTMAX": limits.announced_recipients, "MAILMAX": limits.max_messages}
    if any(counts.values()):
        lines.append("LIMITS " + " ".join(f"{name}={most}" for name, most in counts.items() if most))  # RFC 9422
    if starttls:
        lines.append("STARTTLS")  # RFC 3207
    if auth:
        lines.append("AUTH PLAIN LOGIN")  # RFC 4954
    return replies.HELO_OK.about(hostname="\n".join(lines))
