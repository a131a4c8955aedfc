"""A header section in ASCII."""

from mailcore.mail.ascii_field import AddressNotAscii, ascii_field, is_lawful
from mailcore.mail.headers import split_fields
from processor.outbound.seven_bit.fault import Unconvertible


def in_ascii(section: bytes) -> bytes:
    """Give the section in ASCII, its lines of a lawful length. Raises Unconvertible (5.6.7) for addresses."""
    if is_lawful(section):
        return section
    try:
        return b"".join(ascii_field(field.raw) for field in split_fields(section))
    except AddressNotAscii as error:
        raise Unconvertible(str(error), "5.6.7") from error
