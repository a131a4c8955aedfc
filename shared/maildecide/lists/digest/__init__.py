"""Digests: when one goes out, and what it says, in both formats (RFC 1153, RFC 2046 5.1.5)."""
