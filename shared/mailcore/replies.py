"""Every SMTP reply of ours, declared once, in the order of the dialogue.

A reply holds basic code, enhanced status (RFC 3463) and text together and refuses to exist when code and
status disagree. Texts name no internal mechanism: the private reason goes to the trace with the name of the
check that decided. `docs/smtp-replies.md` is generated from this file.
"""

import re
from dataclasses import dataclass, replace

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_LINE = re.compile(r"(\d{3})[ -](?:([245]\.\d{1,3}\.\d{1,3}) )?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMTP reply.

    `status` is empty only where RFC 2034 section 4 wants none: 3xx replies, the greeting that welcomes, and the
    replies to HELO and EHLO. `text` may hold several lines, separated by a line feed.
    """

    code: int
    status: str
    text: str

    def __post_init__(self) -> None:
        if not 200 <= self.code <= 599:  # noqa: PLR2004 - the range of RFC 5321 4.2.1
            raise ValueError(f"{self.code} is no SMTP reply code")
        if self.status and (not _STATUS.fullmatch(self.status) or self.status[0] != str(self.code)[0]):
            raise ValueError(f"{self.code} and {self.status!r} disagree")

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}" if self.status else f"{self.code} {self.text}"

    @property
    def is_success(self) -> bool:
        """Whether the command did what was asked, or is to go on (2xx, 3xx)."""
        return self.code < 400  # noqa: PLR2004 - RFC 5321 4.2.1

    @property
    def is_temporary(self) -> bool:
        """Whether the client should try again later (4xx)."""
        return self.code // 100 == 4  # noqa: PLR2004 - RFC 5321 4.2.1

    def about(self, **details: object) -> "Reply":
        """Give this reply with the {placeholders} in its text filled in."""
        return replace(self, text=self.text.format(**details))

    def wire(self) -> bytes:
        """Give the octets to send, every line with code and status (RFC 2034 section 4)."""
        if "\n" not in self.text:
            return f"{self}\r\n".encode()
        head = f"{self.code}{{}}{self.status} " if self.status else f"{self.code}{{}}"
        lines = self.text.split("\n")
        last = len(lines) - 1
        return "".join(f"{head.format(' ' if at == last else '-')}{line}\r\n" for at, line in enumerate(lines)).encode(
            "utf-8"
        )

    @classmethod
    def parse(cls, line: str) -> "Reply":
        """Read one reply line as another server sent it.

        Raises ValueError when it is none. A status that disagrees with the code is left in the text.
        """
        match = _LINE.fullmatch(line.rstrip("\r\n"))
        if match is None:
            raise ValueError(f"not an SMTP reply: {line[:80]!r}")
        code, status, text = int(match[1]), match[2] or "", match[3]
        if status and status[0] != match[1][0]:
            return cls(code, "", f"{status} {text}")
        return cls(code, status, text)


# At the connection
GREETING = Reply(220, "", "{hostname} ESMTP Hikyaku")
SERVICE_STOPPING = Reply(421, "4.3.2", "Service is shutting down, try again later")
OVERLOADED = Reply(421, "4.3.2", "Too many connections now, try again later")
TOO_MANY_CONNECTIONS = Reply(421, "4.7.0", "Too many connections from your address, try again later")
UNDER_MAINTENANCE = Reply(421, "4.3.2", "Service is under maintenance, try again later")
BANNED_FOR_NOW = Reply(421, "4.7.1", "Connections from your address are not accepted now, try again later")
BANNED = Reply(554, "5.7.1", "Connections from your address are not accepted")
TALKED_EARLY = Reply(554, "5.5.0", "Out of turn: the client must wait for the reply")

# At HELO, EHLO, NOOP, QUIT, RSET, HELP, VRFY, EXPN
HELO_OK = Reply(250, "", "{hostname}")
HELO_REFUSED = Reply(550, "5.7.1", "No mail is taken from a client of that name")
NOOP_OK = Reply(250, "2.0.0", "OK")
RSET_OK = Reply(250, "2.0.0", "Transaction reset")
BYE = Reply(221, "2.0.0", "Closing the connection")
HELP = Reply(214, "2.0.0", "See RFC 5321")
VRFY = Reply(252, "2.0.0", "Cannot verify a user, but will take a message and try to deliver it")
EXPN_REFUSED = Reply(502, "5.5.1", "EXPN is not offered")
TLS_READY = Reply(220, "2.0.0", "Start TLS now")
TLS_ACTIVE = Reply(503, "5.5.1", "TLS is on already")

# At AUTH
AUTH_CONTINUE = Reply(334, "", "{challenge}")
AUTH_OK = Reply(235, "2.7.0", "Authentication successful")
AUTH_FAILED = Reply(535, "5.7.8", "Authentication credentials invalid")
AUTH_THROTTLED = Reply(454, "4.7.0", "Too many failed authentications, try again later")
AUTH_CANCELLED = Reply(501, "5.7.0", "Authentication cancelled")
AUTH_MALFORMED = Reply(501, "5.5.2", "The response is malformed")
AUTH_LINE_TOO_LONG = Reply(500, "5.5.6", "Authentication exchange line is too long")
AUTH_MECHANISM_UNKNOWN = Reply(504, "5.5.4", "Authentication mechanism not offered")
AUTH_NEEDS_TLS = Reply(538, "5.7.11", "Encryption is required for this authentication mechanism")
AUTH_REPEATED = Reply(503, "5.5.1", "Authenticated already")

# At MAIL
SENDER_OK = Reply(250, "2.1.0", "Sender accepted")
SENDER_UNKNOWN_HERE = Reply(550, "5.1.0", "No such sender here")
LOCAL_SENDER_REFUSED = Reply(550, "5.7.1", "Sending as a local address is not permitted from there")
SENDER_NOT_OWN = Reply(550, "5.7.1", "Sending as this address is not permitted to you")
NULL_SENDER_REFUSED = Reply(550, "5.7.1", "The null sender is not accepted here")
MESSAGE_TOO_BIG = Reply(552, "5.3.4", "Message exceeds the size limit of {limit} octets")
SENDER_NOT_LISTED = Reply(550, "5.7.1", "No mail is taken from that sender")
CLIENT_NAMELESS = Reply(550, "5.7.25", "The client's address has no name in DNS, or one that does not lead back to it")
CLIENT_NAME_UNKNOWN = Reply(450, "4.7.25", "The name of the client's address cannot be found out now")
SENDER_DOMAIN_MISSING = Reply(550, "5.1.8", "The sender's domain does not exist")
SENDER_DOMAIN_MISSING_NOW = Reply(450, "4.1.8", "The sender's domain cannot be found")
SENDER_TAKES_NO_MAIL = Reply(550, "5.7.27", "The sender's domain takes no mail (null MX)")
SENDER_TAKES_NO_MAIL_NOW = Reply(450, "4.7.27", "The sender's domain takes no mail now (null MX)")
SENDER_DOMAIN_UNKNOWN = Reply(451, "4.4.3", "The sender's domain cannot be looked up now, try again later")
SENDER_MALFORMED = Reply(553, "5.1.7", "The sender's address is malformed")
SMTPUTF8_NEEDED = Reply(553, "5.6.7", "An address that is not ASCII needs SMTPUTF8")

# At RCPT
RECIPIENT_OK = Reply(250, "2.1.5", "Recipient accepted")
RELAY_DENIED = Reply(550, "5.7.1", "Relaying is not permitted")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients; at most {limit} per message")
RECIPIENT_REFUSED = Reply(550, "5.7.1", "No mail is taken for that recipient")
CLIENT_LISTED = Reply(550, "5.7.1", "The client's address is listed by {zone}")
RECIPIENT_MALFORMED = Reply(553, "5.1.3", "The recipient's address is malformed")
RECIPIENT_UNKNOWN = Reply(550, "5.1.1", "No such mailbox here")
ACCOUNT_DISABLED = Reply(550, "5.2.1", "This mailbox is disabled")
RETURNED_MAIL_ONLY = Reply(550, "5.7.1", "That address takes reports about forwarded mail only")
SENDER_CANCELLED = Reply(550, "5.7.1", "The recipient takes no mail from this sender")
LIST_TAKES_NO_POSTS = Reply(550, "5.7.2", "The mailing list takes no posts from you")
OVER_QUOTA = Reply(452, "4.2.2", "The mailbox is full")
TOO_BIG_FOR_MAILBOX = Reply(552, "5.2.3", "The mailbox takes messages of up to {limit} octets")
SENDING_TOO_MUCH = Reply(450, "4.7.1", "Too many recipients; at most {limit} in an hour")
AUTHENTICATION_REQUIRED = Reply(530, "5.7.0", "Authentication is required")

# At what only this system's own processors say (row 22)
PASS_OK = Reply(250, "2.0.0", "{challenge}")
REENTRY_OK = Reply(250, "2.0.0", "The next transaction is that")
REENTRY_REFUSED = Reply(550, "5.7.1", "Not sealed for this session")
REENTRY_MISSING = Reply(550, "5.7.1", "Only what is sealed for this session is taken from you")

# At DATA and at its end
START_MESSAGE = Reply(354, "", "Send the message, end with <CRLF>.<CRLF>")
MESSAGE_ACCEPTED = Reply(250, "2.0.0", "Accepted as {message_id}")
TOO_MANY_HOPS = Reply(554, "5.4.6", "The message has passed too many servers; at most {limit}")
CHUNK_OK = Reply(250, "2.0.0", "{size} octets received")
NO_VALID_RECIPIENT = Reply(554, "5.5.1", "No valid recipient")
CHUNKS_UNDER_WAY = Reply(503, "5.5.1", "The message is being sent by BDAT")
BARE_LINE_END = Reply(550, "5.5.2", "The message holds a CR or LF that stands alone")
TEXT_LINE_TOO_LONG = Reply(500, "5.5.2", "Text line too long; at most {limit} octets")
SPF_FAILED = Reply(550, "5.7.23", "The sender's domain does not let the client send its mail (SPF)")
DMARC_FAILED = Reply(550, "5.7.1", "The domain in From does not stand by this message (DMARC)")
POST_REFUSED = Reply(550, "5.7.2", "The mailing list takes no such post: {reason}")
MESSAGE_REJECTED = Reply(550, "5.7.1", "{text}")
HEADER_TOO_BIG = Reply(552, "5.3.4", "Header section exceeds {limit} octets")

# At any time
TRY_AGAIN_LATER = Reply(451, "4.3.0", "Temporary failure, try again later")
STORAGE_FULL = Reply(452, "4.3.1", "No room to store the message now, try again later")
IDLE_TOO_LONG = Reply(421, "4.4.2", "Idle for too long, closing the connection")
SESSION_TOO_LONG = Reply(421, "4.4.2", "The connection has lasted too long, closing it")
COMMAND_UNRECOGNIZED = Reply(500, "5.5.2", "Command unrecognized: {command}")
COMMAND_NOT_IMPLEMENTED = Reply(502, "5.5.1", "{command} is not implemented")
COMMAND_TOO_LONG = Reply(500, "5.5.2", "Command line too long")
SYNTAX_ERROR = Reply(501, "5.5.4", "Syntax: {syntax}")
BAD_SEQUENCE = Reply(503, "5.5.1", "{expected} first")
NESTED_MAIL = Reply(503, "5.5.1", "A transaction is open already")
IN_TRANSACTION = Reply(503, "5.5.1", "Not inside a transaction")
ONLY_QUIT = Reply(503, "5.5.1", "Service was refused; only QUIT is answered")
PARAMETER_UNKNOWN = Reply(555, "5.5.4", "Parameter {parameter} is not known here")
PARAMETER_MALFORMED = Reply(501, "5.5.4", "Parameter {parameter} is malformed or repeated")
COMMAND_LINE_END = Reply(500, "5.5.2", "Command lines end in CR LF")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many unrecognized commands, closing the connection")
TOO_MANY_COMMANDS = Reply(421, "4.7.0", "Too many commands in one connection")
TOO_MANY_MESSAGES = Reply(421, "4.7.0", "Too many messages in one connection")
TOO_SLOW = Reply(421, "4.4.2", "The message comes too slowly, closing the connection")
SESSION_FAILED = Reply(421, "4.3.0", "Temporary failure, try again later")
OUT_OF_STEP = Reply(421, "4.7.0", "Cannot tell commands from data any more, closing the connection")
