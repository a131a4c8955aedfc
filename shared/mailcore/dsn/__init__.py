"""Reports to senders about what became of their mail (RFC 3464, RFC 3461, RFC 6533): when, and what they say. Pure."""
