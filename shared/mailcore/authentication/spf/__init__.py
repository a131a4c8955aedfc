"""SPF (RFC 7208): whether a domain lets a client send mail for it.

`record` reads records, `macros` fills in what they leave open, `evaluation` asks DNS and decides.
"""
