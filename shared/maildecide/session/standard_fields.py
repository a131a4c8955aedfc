"""Which standard header fields are seen to for a message (rows 6-9), by the settings that judge it."""

from mailcore.mail.incoming import StandardFields
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts


def standard_fields(
    client: ClientFacts, settings: RuntimeSettings, *, is_incomplete: bool, server_names: tuple[str, ...] = ()
) -> StandardFields:
    """Give them. A submission names its sender and has a Message-ID whatever is set, and tells nobody of blind copies.

    Nothing is added to a message whose client vanished inside it: it was never accepted. `server_names`: whose
    `Authentication-Results:` nobody sends along.
    """
    if is_incomplete:
        return StandardFields(no_blind_copies=client.is_submission, results_of=server_names)
    smtp, is_submission = settings.smtp, client.is_submission
    return StandardFields(
        sender=is_submission or smtp.add_sender_header,
        message_id=is_submission or smtp.add_message_id,
        date=smtp.add_date,
        origin=smtp.add_from == "if_missing",
        no_blind_copies=is_submission,
        results_of=server_names,
    )
