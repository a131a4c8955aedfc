"""Whether the envelope sender is known to be who it says (`dsn_policy`): whoever is told of a failure has sent it."""

from mailcore.mail.incoming import Client, Marks


def is_sender_known(client: Client, marks: Marks) -> bool:
    """Whether the client has logged in or may relay, or SPF or a signature vouches for the sender's domain."""
    found = marks.authentication
    return client.account is not None or marks.relay_permitted or (found is not None and found.vouches_for_sender)
