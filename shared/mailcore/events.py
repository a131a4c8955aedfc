"""The names of everything that is traced, logged and counted, declared once."""

# Outcomes of a message or a recipient
ACCEPTED = "accepted"
REFUSED = "refused"
DEFERRED = "deferred"
ABORTED = "aborted"
DELIVERED = "delivered"
DISCARDED = "discarded"
DEAD = "dead"

# What happens in a session
CONNECTED = "connected"
COMMAND_REFUSED = "command_refused"
SENDER_ACCEPTED = "sender_accepted"
RECIPIENT_ACCEPTED = "recipient_accepted"
RECIPIENT_REFUSED = "recipient_refused"
MESSAGE_ACCEPTED = "message_accepted"
MESSAGE_REFUSED = "message_refused"
MESSAGE_ABORTED = "message_aborted"

# What the processor does
PLANNED = "planned"
STORED = "stored"
STORED_ALREADY = "stored_already"
POSTPONED = "postponed"
JOB_DONE = "job_done"
JOB_FAILED = "job_failed"
GIVEN_BACK = "given_back"
DEAD_LETTER = "dead_letter"
