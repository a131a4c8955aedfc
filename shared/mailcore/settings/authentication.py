"""What is made of SPF, DKIM, DMARC and ARC in mail that comes in."""

from typing import Annotated, Literal

from mailcore.settings.group import Octets, SettingsGroup, Zone, entries


class AuthenticationSettings(SettingsGroup):
    """How far strangers are believed to send for whom they say. Whitelisted senders are not asked about."""

    authenticate_mail: bool = True
    """Whether SPF, DKIM, DMARC and ARC are evaluated for mail from strangers.

    What was found stands in an `Authentication-Results:` field on top (RFC 8601), in the trace, and in the verdicts
    that header rules can ask for. false: DNS is asked nothing of it.
    """

    authserv_id: Zone | None = None
    """What this server calls itself in `Authentication-Results:`. null: HOSTNAME_FQDN.

    Fields that come with a message under this name or HOSTNAME_FQDN are removed.
    """

    max_authenticated_size: Octets = 52_428_800
    """Largest body in octets whose signatures are verified.

    Those of a larger one are `neutral`; header field and trace say so.
    """

    spf_fail: Literal["mark", "reject"] = "mark"
    """What happens to mail that fails SPF. `reject`: 550 5.7.23 after the data.

    Forwarded mail often fails SPF alone: `mark` and DMARC are the better choice.
    """

    dmarc_quarantine: Literal["mark", "trash"] = "mark"
    """What happens to mail that fails DMARC when the domain in `From:` asks for quarantine.

    `trash`: it goes into the `.Trash` of each account that it is for; for everybody else, into the server's trash.
    """

    dmarc_reject: Literal["mark", "trash", "reject"] = "mark"
    """What happens to mail that fails DMARC when the domain in `From:` asks for rejection.

    `trash`: as above; `reject`: 550 5.7.1 after the data.
    """

    trusted_arc_sealers: Annotated[tuple[Zone, ...], entries()] = ()
    """Domains of servers that forward mail to us and whose word is taken for it.

    Mail that fails SPF or DMARC is only marked when its ARC chain is valid and one of these has sealed it last; so is
    mail from the networks of `trusted_forwarders`.
    """
