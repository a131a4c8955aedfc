"""Delivery to other servers: routing, the SMTP client, attempts and what becomes of them.

`work` does one job, from the route to its end; `claim` says which jobs may run now.
"""
