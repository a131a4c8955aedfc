"""Local mail over LMTP (RFC 2033): handed to another server that has the mailboxes of accounts.

`handover` is what the processor stores with. The dialogue is that of the SMTP client with an answer for each recipient.
"""
