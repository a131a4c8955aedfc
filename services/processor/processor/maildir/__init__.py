"""Maildir++ on disk: where a copy goes, what it is called, and how it gets there without ever being there twice.

Everything in here blocks and is called from threads; `processor.mailboxes` does that.
"""
