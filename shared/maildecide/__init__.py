"""Every decision of the pipeline, pure: what a session is told, and what becomes of a message.

Called by ingress (session), processor (message) and admin-api (simulation of both). Nothing here does I/O, reads a
clock or draws random numbers; what is needed comes in as frozen facts.
"""
