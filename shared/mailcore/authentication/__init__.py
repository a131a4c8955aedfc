"""Who a message is from, as far as others can vouch for it: SPF, DKIM, DMARC and ARC, and what is said of them.

`results` is what was found, and travels with the message. Whoever looks: ingress, while the message comes.
"""
