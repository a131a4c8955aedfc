"""Autoreplies: which mail is answered at all, whom the answer goes to, and what it says (RFC 3834). Pure."""
