"""The texts that header rules hold: names and values of header fields, replies, folders, addresses."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from mailcore.address import parse_address
from mailcore.directory.folder_name import folder_below

TRACE_FIELDS = frozenset({"received", "return-path", "delivered-to"})
"""What tells where a message has been. Rules neither write nor remove it: loops are found by it."""
OWN_FIELDS = TRACE_FIELDS | {"x-pmsfilter", "x-dnsexists", "authentication-results", "dkim-signature"}
"""What this server writes itself, so that nobody else's word stands there."""

_LINE_ENDS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_MOST_WORD = 900
"""Characters of a word that cannot be parted: RFC 5322 2.1.1 allows lines of 998."""


def _one_line(text: str) -> str:
    for place, character in enumerate(text):
        if character != "\t" and unicodedata.category(character) in _LINE_ENDS:
            raise ValueError(f"character {place + 1} is a control character or ends a line")
    if not text.strip():
        raise ValueError("something must be written there")
    return text


def _short_words(text: str) -> str:
    if max(len(word) for word in re.split(r"[ \t]+", text)) > _MOST_WORD:
        raise ValueError(f"a word has at most {_MOST_WORD} characters: longer lines do not travel")
    return text


def _not_ours(name: str) -> str:
    if name.lower() in OWN_FIELDS:
        raise ValueError(f"{name} is written by this server alone")
    return name


def _no_trace(name: str) -> str:
    if name.lower() in TRACE_FIELDS:
        raise ValueError(f"{name} tells where a message has been and stays")
    return name


def _folder(path: str) -> str:
    folder_below(path)
    return path


def _address(text: str) -> str:
    return str(parse_address(text))


def _some_addresses(addresses: tuple[str, ...]) -> tuple[str, ...]:
    # Not min_length, which would count what is refused already as missing, too.
    if not addresses:
        raise ValueError("at least one address")
    return addresses


FieldName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-9;-~]+$")]
"""The name of a header field (RFC 5322 3.6.8): printable ASCII without the colon. Upper or lower case is the same."""
WritableName = Annotated[FieldName, AfterValidator(_not_ours)]
"""The name of a field that a rule may write."""
RemovableName = Annotated[FieldName, AfterValidator(_no_trace)]
"""The name of a field that a rule may take away."""
FieldValue = Annotated[
    str, Field(min_length=1, max_length=2000), AfterValidator(_one_line), AfterValidator(_short_words)
]
"""The value of a field, in any language; encoded (RFC 2047) and folded where it must be."""
SubjectPrefix = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
"""What stands before a subject, a blank at its end included where one is wanted."""
ReplyText = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[ -~]*[!-~][ -~]*$")]
"""The text of an SMTP reply: one line of ASCII, which is all that every client takes."""
Folder = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line), AfterValidator(_folder)]
"""A folder of the recipient's mailbox, levels parted by `/`."""
RuleAddress = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_address)]
"""An address that a rule sends to."""
RuleAddresses = Annotated[
    tuple[RuleAddress, ...], Field(max_length=100, json_schema_extra={"minItems": 1}), AfterValidator(_some_addresses)
]
RuleName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
"""What a rule is called."""
