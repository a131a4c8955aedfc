"""What other domains demand of the way their mail takes: DANE (RFC 7672), MTA-STS (RFC 8461), and reports (RFC 8460).

`dane`, `names` and `sts_policy` decide and are pure; `tlsa` and `sts` find out; `book` keeps what came of it.
"""
