"""Mail::DKIM, the Perl library that SpamAssassin verifies with: a second opinion on signatures. It knows RSA only."""

import asyncio
import struct
from collections.abc import Sequence
from pathlib import Path

from tests.parts.choice import find_or_install

_SCRIPT = r"""
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Mail::DKIM::DNS;
use Net::DNS::Resolver;
binmode STDIN;
$| = 1;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $ARGV[0], recurse => 1));
while (read(STDIN, my $size, 4)) {
    read(STDIN, my $message, unpack('N', $size));
    my $verifier = Mail::DKIM::Verifier->new();
    $verifier->PRINT($message);
    $verifier->CLOSE();
    print join("\t", map { $_->selector . '=' . $_->result_detail } $verifier->signatures), "\n";
}
"""


def _installed() -> Path | None:
    for directory in (Path("/usr/share/perl5"), Path("/usr/local/share/perl5")):
        if (directory / "Mail/DKIM/Verifier.pm").exists():
            return directory
    return None


async def mail_dkim_verdicts(messages: Sequence[bytes], dns_port: int) -> list[dict[str, str]]:
    """Say of each message what becomes of its signatures, by selector: `pass`, or `fail (why)`.

    Keys are looked up at 127.0.0.1, `dns_port`. Raises RuntimeError when it is neither installed nor to be had.
    """
    await asyncio.to_thread(find_or_install, _installed, "libmail-dkim-perl")
    process = await asyncio.create_subprocess_exec(
        "perl", "-e", _SCRIPT, str(dns_port), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    given = b"".join(struct.pack(">I", len(message)) + message for message in messages)
    told, _ = await process.communicate(given)
    if process.returncode:
        raise RuntimeError(f"Mail::DKIM ended with {process.returncode}")
    lines = told.decode("utf-8", "replace").splitlines()
    return [dict(one.split("=", 1) for one in line.split("\t") if one) for line in lines]
