"""DKIM signatures (RFC 6376, RFC 8463): keys, their DNS records, and signing. relaxed/relaxed, SHA-256, no `l=`."""
