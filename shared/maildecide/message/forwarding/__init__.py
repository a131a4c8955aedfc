"""Forwarding: which forward applies, how the message travels, and where it must go no further. Pure."""
