"""How connections that this system opens are secured.

Each context is made once: reading what the system trusts takes tens of milliseconds.
"""

import ssl
from functools import cache


@cache
def trusting() -> ssl.SSLContext:
    """Give a context that checks certificates as the system trusts."""
    return ssl.create_default_context()


@cache
def unverified() -> ssl.SSLContext:
    """Give a context for opportunistic TLS: better than none against whoever only listens (RFC 7435)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
