"""Header sections that nobody would write, and what of one must not change."""

from hypothesis import strategies as st

from mailcore.mail.headers import split_fields

NAMES = st.sampled_from([b"Subject", b"subject", b"X-A", b"Date", b"Bcc", b"B\xc3\xa9", b"", b"From x"])
LINES = st.builds(
    lambda name, value, end: name + b":" + value + end,
    NAMES,
    st.binary(max_size=12).map(lambda octets: octets.replace(b"\r", b"").replace(b"\n", b"\r\n ")),
    st.just(b"\r\n"),
)
SECTIONS = st.lists(LINES, max_size=8).map(b"".join)


def others(section: bytes, name: bytes) -> list[bytes]:
    """Give the raw fields that are not called `name`."""
    return [field.raw for field in split_fields(section) if field.name != name]
