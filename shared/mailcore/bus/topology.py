"""The queues, declared once."""

INCOMING = "hikyaku.incoming"
"""Accepted messages (`mailcore.mail.incoming`), from ingress to the processors."""

OUTBOUND = "hikyaku.outbound"
"""Ids of delivery jobs that are due: hints whose loss or repetition is harmless."""

QUEUES = (INCOMING, OUTBOUND)
"""Every queue, to be declared at start."""

DEAD_LETTERS = "hikyaku.dead-letters"
"""Where RabbitMQ puts what it gave up redelivering: the last net, drained into the table `dead_letter`."""
