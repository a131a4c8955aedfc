"""What earlier checks have found out about a message, as rules know it: names, and what each may be.

Later checks add their names here and give their verdict where the others are given (`maildecide.message.rules.facts`).
"""

from typing import get_args

from mailcore.authentication.results import ArcResult, DkimResult, DmarcPolicy, DmarcResult, SpfResult

UNEXAMINED = "unexamined"
"""What is said of the origin of mail that came from no stranger, or while nobody asked."""

VERDICTS = {
    "aligned": ("yes", "no"),
    "arc": (*get_args(ArcResult), UNEXAMINED),
    "authenticated": ("yes", "no"),
    "banned": ("yes", "no"),
    "dkim": (*get_args(DkimResult), UNEXAMINED),
    "dmarc": (*get_args(DmarcResult), UNEXAMINED),
    "dmarc_policy": (*get_args(DmarcPolicy), UNEXAMINED),
    "external_sender": ("yes", "no"),
    "incomplete": ("yes", "no"),
    "relay_permitted": ("yes", "no"),
    "sender_domain_missing": ("yes", "no"),
    "spf": (*get_args(SpfResult), UNEXAMINED),
    "submission": ("yes", "no"),
}
