"""Signatures of DKIM (RFC 6376, 8301, 8463) and of ARC, verified while a message streams past.

`signature` reads them, `canonical_header` and `canonical_body` bring what they cover into one form, `public_key` reads
keys and verifies, `verification` does it all for one message.
"""
