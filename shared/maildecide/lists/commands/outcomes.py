"""What is said of the results of deeds."""

from collections.abc import Mapping

from mailcore.list_deeds import Result
from maildecide.lists.commands.phrases import Phrase

Outcomes = Mapping[Result, Phrase]

JOINED: Outcomes = {"done": "joined", "already": "already_member", "unfit": "unfit"}
LEFT: Outcomes = {"done": "left", "already": "not_member"}
ASKED: Outcomes = {"done": "asked_to_confirm", "limited": "limited"}
REQUESTED: Outcomes = {"done": "waits_for_owner", "limited": "limited", "already": "already_member"}
ADDED: Outcomes = {"done": "member_added", "already": "member_there", "unfit": "unfit"}
REMOVED: Outcomes = {"done": "member_removed", "already": "member_missing"}
APPROVED: Outcomes = {"done": "approved", "already": "decided"}
REJECTED: Outcomes = {"done": "rejected", "already": "decided"}
DISCARDED: Outcomes = {"done": "discarded", "already": "decided"}
