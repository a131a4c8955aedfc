"""What earlier checks have found out about a message, as rules know it: names, and what each may be.

Later checks add their names here and give their verdict where the others are given (`maildecide.message.rules.facts`).
"""

VERDICTS = {
    "authenticated": ("yes", "no"),
    "banned": ("yes", "no"),
    "external_sender": ("yes", "no"),
    "incomplete": ("yes", "no"),
    "relay_permitted": ("yes", "no"),
    "sender_domain_missing": ("yes", "no"),
    "submission": ("yes", "no"),
}
