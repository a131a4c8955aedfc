"""Which servers take mail for a domain: static routes, the smarthost, or what DNS says."""
