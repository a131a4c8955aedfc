"""The lines of MAIL and RCPT, and what of a message a server cannot take. Pure."""

from mailcore.address import domain_to_ascii
from mailcore.dsn.address_field import ascii_orcpt
from processor.outbound.client.answer import Answer
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Addressee, Outgoing

_NOTIFY_ORDER = ("NEVER", "SUCCESS", "FAILURE", "DELAY")


def path(address: str) -> str:
    """Give an address as it is written in a command: its domain in A-labels, which every server knows."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}{at}{domain_to_ascii(domain)}"


def mail_line(mail: Outgoing, extensions: Extensions, *, utf8: bool) -> str:
    """Give the MAIL command with the parameters that the server knows; `utf8`: with SMTPUTF8."""
    words = [f"MAIL FROM:<{path(mail.sender)}>"]
    if "SIZE" in extensions:
        words.append(f"SIZE={mail.size}")
    if "8BITMIME" in extensions and mail.is_8bit:
        words.append("BODY=8BITMIME")
    if utf8:
        words.append("SMTPUTF8")
    if "DSN" in extensions:
        words += [f"RET={mail.ret}"] * (mail.ret is not None) + [f"ENVID={mail.envid}"] * (mail.envid is not None)
    return " ".join(words)


def rcpt_line(recipient: Addressee, extensions: Extensions, *, utf8: bool) -> str:
    """Give the RCPT command with the parameters that the server knows; `utf8`: after MAIL with SMTPUTF8."""
    words = [f"RCPT TO:<{path(recipient.address)}>"]
    if "DSN" in extensions:
        if recipient.notify:
            words.append("NOTIFY=" + ",".join(word for word in _NOTIFY_ORDER if word in recipient.notify))
        if recipient.original is not None:
            # RFC 6533 3: without SMTPUTF8 it is in ASCII, and says the same.
            words.append(f"ORCPT={recipient.original if utf8 else ascii_orcpt(recipient.original)}")
    return " ".join(words)


def hindrance(mail: Outgoing, extensions: Extensions) -> Answer | None:
    """Say why this server cannot take the message, for whomever it is; None: it can."""
    if extensions.size is not None and mail.size > extensions.size:
        why = f"the message has {mail.size} octets, and the server takes {extensions.size}"
        return Answer("mail", why=why, status="5.3.4")
    if "SMTPUTF8" not in extensions and (mail.has_utf8_header or not path(mail.sender).isascii()):
        why = "the message needs SMTPUTF8, which the server does not offer"
        return Answer("mail", why=why, status="5.6.7")
    if needs_7bit(mail, extensions):
        why = "the message has 8-bit content, which the server does not take, and cannot be converted"
        reason = f": {mail.unconvertible}" if mail.unconvertible else ""
        return Answer("mail", why=why + reason, status=mail.unconvertible_status or "5.6.3")
    return None


def needs_7bit(mail: Outgoing, extensions: Extensions) -> bool:
    """Whether this server takes the message in another form only (RFC 6152 3).

    What was sent as BINARYMIME has no line ends that DATA could carry, and few servers take it (RFC 3030).
    """
    return mail.is_binary or (mail.is_8bit and "8BITMIME" not in extensions)


def needs_utf8(mail: Outgoing, recipients: tuple[Addressee, ...]) -> bool:
    """Whether MAIL must ask for SMTPUTF8 (RFC 6531 3.4)."""
    addresses = (mail.sender, *(recipient.address for recipient in recipients))
    return mail.has_utf8_header or not all(path(address).isascii() for address in addresses)
