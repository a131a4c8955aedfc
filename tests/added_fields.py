"""What stands above a message in a mailbox, as this server adds it."""

import re

ADDED = re.compile(
    rb"Return-Path: <(?P<sender>[^\n]*)>\n"
    rb"Delivered-To: [^\n]+\n"
    # RFC 8601: of strangers' mail, where `authenticate_mail` is on.
    rb"(?:Authentication-Results: [^\n]+\n(?:[ \t][^\n]*\n)*)?"
    rb"Received: from [^\n]+\n(?:[ \t][^\n]*\n)*"
)
"""The fields, to be matched in full; lines end in LF."""
