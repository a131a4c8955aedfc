"""Which messages of its own a mailing list sends."""

from typing import Literal

TemplateName = Literal[
    "answer",
    "help",
    "welcome",
    "goodbye",
    "confirm_subscribe",
    "confirm_unsubscribe",
    "confirm_address",
    "invitation",
    "join_request",
    "leave_request",
    "request_refused",
    "joined",
    "left",
    "held",
    "rejected",
]
"""`answer`: to commands. `help`: what commands there are. `welcome`, `goodbye`: to who comes or goes.

`confirm_...`: whoever answers wants it; `confirm_address` for `chaddr`. `invitation`. `join_request`, `leave_request`:
to the owner, who decides; `request_refused`: to whom he refused. `joined`, `left`: to the owner. `held`: to moderators,
of a post that waits; `rejected`: to its poster.
"""
