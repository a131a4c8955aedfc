"""Input for sessions: random, truncated and hostile, but often enough close to SMTP to get deep into it."""

from hypothesis import strategies as st

_FRAGMENTS = (
    b"EHLO client.example.org\r\n",
    b"HELO x\r\n",
    b"MAIL FROM:<a@example.org>\r\n",
    b"MAIL FROM:<> SIZE=10 BODY=8BITMIME SMTPUTF8\r\n",
    b"MAIL FROM:<\xc3\xa4@example.org> SMTPUTF8 RET=HDRS ENVID=a+2Bb\r\n",
    b"RCPT TO:<b@example.com>\r\n",
    b"RCPT TO:<b@example.com> NOTIFY=NEVER ORCPT=rfc822;x\r\n",
    b'RCPT TO:<"a\\"b c"@[IPv6:2001:db8::1]>\r\n',
    b"RCPT TO:<postmaster>\r\n",
    b"DATA\r\n",
    b"DATA\r\nx\r\n.\r\n",
    b"DATA\r\n\r\n..\r\na\n.\r\nb\r\n.\r\n",
    b"MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\n",
    b"Subject: x\r\n\r\nbody\r\n",
    b".\r\n",
    b"\r\n.\r\n",
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"..\r\n",
    b"\r",
    b"\n",
    b"\x00",
    b"\xff\xfe",
    b"BDAT 5\r\nabc\r\n",
    b"BDAT 3 LAST\r\nxyz",
    b"BDAT 0 LAST\r\n",
    b"BDAT 7 LAST\r\nNOOP\r\n\r",
    b"BDAT x\r\n",
    b"BDAT 18446744073709551615\r\n",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"VRFY a\r\n",
    b"EXPN a\r\n",
    b"HELP\r\n",
    b"QUIT\r\n",
    b"STARTTLS\r\n",
    b"AUTH PLAIN AGEAYg==\r\n",
    b"AUTH PLAIN\r\n",
    b"AUTH LOGIN YQ==\r\n",
    b"Yg==\r\n",
    b"*\r\n",
    b"x" * 600 + b"\r\n",
    b"x" * 13_000,
    b" ",
    b"<",
    b">",
)
_LIKELY = (
    _FRAGMENTS[0] + _FRAGMENTS[2] + _FRAGMENTS[5] + _FRAGMENTS[9],
    _FRAGMENTS[0] + _FRAGMENTS[2] + _FRAGMENTS[5],
    _FRAGMENTS[0] + _FRAGMENTS[2] + _FRAGMENTS[5] + b"BDAT 4\r\nabcd",
    _FRAGMENTS[2] + _FRAGMENTS[5] + _FRAGMENTS[9],
)

_fragment = st.one_of(st.sampled_from(_FRAGMENTS), st.sampled_from(_FRAGMENTS), st.binary(max_size=12))


def _truncated(parts: tuple[bytes, list[bytes], int]) -> bytes:
    begin, fragments, cut = parts
    octets = begin + b"".join(fragments)
    return octets[: len(octets) - cut]


hostile_input = st.tuples(
    st.one_of(st.just(b""), st.sampled_from(_LIKELY)), st.lists(_fragment, max_size=25), st.integers(0, 3)
).map(_truncated)
"""What a client may send in one connection."""
cuts = st.lists(st.integers(1, 40), min_size=1, max_size=20)
"""How long the chunks are in which it comes, over and over."""


def cut_up(octets: bytes, lengths: list[int]) -> list[bytes]:
    """Cut octets into chunks of these lengths, beginning anew when they are used up."""
    chunks: list[bytes] = []
    at = 0
    while at < len(octets):
        length = lengths[len(chunks) % len(lengths)]
        chunks.append(octets[at : at + length])
        at += length
    return chunks
