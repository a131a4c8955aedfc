"""The SMTP settings of the reference product, row by row: every switch its users know, under our names."""

from typing import Annotated, Literal

from pydantic import Field

from mailcore.settings.group import AddressText, Count, Octets, SettingsGroup


class RowSettings(SettingsGroup):
    """The 27 rows, by the numbers under which the documentation knows them."""

    max_recipients: Count = 100
    """Most recipients accepted in one transaction (row 1).

    The next RCPT gets 452 4.5.3, those already accepted stay. 0: unlimited, up to a hard cap of 100,000. The RCPTMAX
    that EHLO announces (RFC 9422) follows it. 1 to 99 is below what RFC 5321 4.5.3.1.8 asks of every server.
    """

    accept_null_sender: bool = True
    """Whether MAIL FROM:<> is accepted (row 2).

    false: 550 5.7.1. Not applied to authenticated clients (RFC 8098) nor to mail made here. Bounces of other servers
    come with the null sender; refusing them is against RFC 5321 6.1.
    """

    auth_required: bool = True
    """Whether clients must authenticate to send as a local address or to other domains (row 3).

    Authenticated clients may do everything; unauthenticated ones on a submission port get 530 5.7.0 at MAIL whatever
    this says. true: MAIL with a local sender, and RCPT to a domain that is not managed, get 530 5.7.0; false: the same
    two cases get 550 5.7.1, but a relay-permitted IP may do everything. AUTH is offered under TLS whatever this says.
    """

    relay_ips_bypass_auth: bool = False
    """Whether a relay-permitted IP is not asked for AUTH even while `auth_required` is on (row 4)."""

    discard_incomplete: bool = True
    """What happens when a client times out or disconnects inside a message (row 5).

    true: what came is discarded. false: if the header section and its empty line came, the rest is closed with CRLF and
    stored in local mailboxes, but never relayed, expanded, forwarded, answered, signed or bounced.
    """

    add_sender_header: bool = False
    """Whether `Sender:` is set to the envelope sender, replacing one that is there (row 6).

    Also when it equals From. Null sender: nothing. Always on for submission.
    """

    add_message_id: bool = False
    """Whether a missing `Message-ID:` is added (row 7; RFC 6409 8.3). Always on for submission."""

    add_date: Literal["never", "if_missing", "always"] = "never"
    """Whether `Date:` is added or overwritten with the time of reception (row 8)."""

    add_from: Literal["never", "if_missing"] = "never"
    """Whether a missing `From:` is added from the envelope sender (row 9). Null sender: nothing."""

    strict_sender_domain: bool = False
    """Whether a sender in a managed domain that is no local address is refused (row 10).

    false: it counts as external. true: 550 5.1.0 at MAIL, for authenticated clients too.
    """

    unknown_sender_domain: Literal["accept", "add_header", "reject_temporary", "reject_permanent"] = "accept"
    """What happens when the sender's domain does not exist in DNS (row 11).

    `accept` asks no DNS at all; `add_header` writes `X-DNSEXISTS: FAIL`; the others answer 450 4.1.8 or 550 5.1.8 at
    MAIL (null MX: 450 4.7.27 or 550 5.7.27).
    """

    sender_domain_lookup: Literal["basic", "mx", "soa"] = "basic"
    """How the existence of the sender's domain is looked up (row 12).

    `basic`: an ANY query judged by its response code; `mx`: MX, A and AAAA; `soa`: the SOA of the domain.
    """

    deferred_list_processing: bool = True
    """Whether a post to a mailing list is answered before the list is expanded (row 13).

    false: the message is made durable, then the 250 waits until every member's copy is durable, at most 300 s. Posts
    that are refused get 550 5.7.2 either way: at RCPT where sender and list alone decide, after the data where nobody
    else gets the message, and a notice otherwise.
    """

    max_command_errors: Count = 10
    """After how many unknown or unsupported commands a session is closed with 421 4.7.0 (row 14). 0: never."""

    banned_connection_action: Literal[
        "tempfail", "reject", "disconnect", "server_trash", "user_trash", "tag_subject", "add_header"
    ] = "reject"
    """What happens to a banned client (row 15).

    `tempfail`: greeting 421 4.7.1; `reject`: greeting 554 5.7.1; `disconnect`: closed without a word;
    `server_trash` and `user_trash`: accepted into the server's or the user's trash; `tag_subject`: `[MEIWAKU] `
    before the subject; `add_header`: `X-PMSFILTER: -5`.
    """

    catch_all_address: AddressText | None = None
    """The local address that takes mail for addresses of managed domains that do not exist (row 16). null: none."""

    max_message_size: Octets = 52_428_800
    """Largest message in octets, for everybody (row 17).

    Announced in EHLO as SIZE (RFC 1870). Over it: 552 5.3.4, at MAIL when `SIZE=` says so, else after the data. Counted
    with CRLF line ends, without dot-stuffing and the final dot.
    """

    max_external_message_size: Octets | None = None
    """Senders that are no local addresses: a message of this many octets or more gets 552 5.3.4 (row 18).

    null: no limit. Judged first; a larger limit of an account does not lift it, a smaller one still holds.
    """

    autoreply_from: AddressText = "recipient"
    """Who an autoreply comes from (row 19): `recipient`, the account that replies, or one local address for all."""

    autoreply_subject: Annotated[str, Field(max_length=900, pattern=r"^[^\x00-\x1f\x7f\x80-\x9f]*$")] = (
        "Autoreply from %m"
    )
    """The subject of autoreplies (row 20).

    `%m` becomes the address of the account that replies, `%%` is `%`, an unknown `%x` stays. No control characters.
    """

    addon_timeout_seconds: Count = 60
    """How many seconds an addon may run before it is killed with its process group (row 21). 0: until it ends.

    The message goes on without its result then.
    """

    local_forward_via_mta: bool = False
    """Whether a forward from one local account to another goes through our own SMTP port (row 22).

    false: the copy is stored directly, and of the target's features only mailing lists, quota, cancel list and
    forwarding apply. true: it is sent to our own SMTP port as a transaction of its own, so that all of them apply; rows
    2, 3, 10 to 12 and 15, access rules, block lists, the greet pause and limits per address do not hold for it there.
    """

    max_session_minutes: Count = 0
    """After how many minutes a connection is closed with 421 4.4.2, active or not (row 23). 0: no limit.

    Once the end of data has arrived its reply is given first.
    """

    dns_timeout_seconds: Annotated[float, Field(gt=0, le=240, strict=False)] = 5.0
    """How many seconds one DNS try may take (row 24). All look-ups of one command end within 240 s."""

    dns_attempts: Annotated[int, Field(ge=1, le=100)] = 2
    """How often a DNS query is tried (row 25)."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=2**31 - 1)] = 300
    """After how many seconds without data from the client a session is closed with 421 4.4.2 (row 26).

    RFC 5321 4.5.3.2 asks for 300.
    """

    max_hops: Count = 100
    """A message with this many `Received:` fields or more, ours not counted, gets 554 5.4.6 (row 27). 0: no limit."""
