"""How a copy names its mailbox to an LMTP server: the account, and its folder as the detail of the address. Pure."""

import re
from base64 import b64decode

from mailcore.address import parse_address, quote_local_part

_SHIFTED = re.compile(r"&([^-]*)-")


def account_of(owner: str) -> str:
    """Give the address of an account as RCPT has it."""
    return str(parse_address(owner))


def with_folder(owner: str, folder: str) -> str:
    """Give `user+Folder@domain`, levels parted by `/`; `folder` is of Maildir++, empty for the inbox.

    So servers know it that store mail for a detail in the folder of that name (RFC 5233; Dovecot with
    `lmtp_save_to_detail_mailbox`).
    """
    address = parse_address(owner)
    if not folder:
        return str(address)
    detail = "/".join(_SHIFTED.sub(_unshifted, level) for level in folder.removeprefix(".").split("."))
    return f"{quote_local_part(f'{address.local_part}+{detail}')}@{address.domain}"


def _unshifted(match: re.Match[str]) -> str:
    """Read one run of modified UTF-7 (RFC 3501 5.1.3)."""
    if not match[1]:
        return "&"
    encoded = match[1].replace(",", "/")
    return b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-16-be", "replace")
