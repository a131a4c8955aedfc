"""Everything about SMTP sessions and the messages they bring, as one group."""

from mailcore.settings.addresses import AddressSettings
from mailcore.settings.authentication import AuthenticationSettings
from mailcore.settings.forwarding import ForwardingSettings
from mailcore.settings.limits import LimitSettings
from mailcore.settings.rows import RowSettings
from mailcore.settings.strangers import StrangerSettings
from mailcore.settings.submission import SubmissionSettings


# pydantic collects fields from the last base to the first: the 27 rows come first in every listing.
class SmtpSettings(
    ForwardingSettings,
    AddressSettings,
    LimitSettings,
    SubmissionSettings,
    AuthenticationSettings,
    StrangerSettings,
    RowSettings,
):
    """How SMTP sessions are judged and what is done to the messages they bring."""
