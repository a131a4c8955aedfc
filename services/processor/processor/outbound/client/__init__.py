"""An SMTP client that streams: `opening` makes sessions, `transaction` sends one message in one.

Nothing here knows of jobs, retries or reports: what the other server said is given as it was said.
"""
