"""What a signature costs beside dkimpy: CPU and memory for 5 KiB and 50 MiB, and 10,000 copies that hash a body once.

`python -m tests.bench.dkim_signing`. Fails when signing is not at least five times as fast as dkimpy, or holds a body.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable

import dkim
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from mailcore.dkim.keys import make_key, read_key
from mailcore.dkim.relaxed import RelaxedBody, body_hash
from mailcore.dkim.signature import signature_fields

HEADER = b"From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nDate: d\r\nMessage-ID: <1@example.org>\r\n"
LINE = b"The quick brown fox jumps over the lazy dog, as foxes do.\r\n"
PIECE = 256 * 1024
COPIES = 10_000
PRIVATE = make_key("rsa-sha256").private
KEY = read_key("s", "rsa-sha256", PRIVATE)
PEM = load_der_private_key(PRIVATE, None).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def ours(body: bytes) -> None:
    hashing = RelaxedBody()
    for start in range(0, len(body), PIECE):
        hashing.feed(body[start : start + PIECE])
    signature_fields(HEADER, hashing.digest(), "example.org", [KEY], 0.0)


def theirs(body: bytes) -> None:
    dkim.sign(HEADER + b"\r\n" + body, b"s", b"example.org", PEM, canonicalize=(b"relaxed", b"relaxed"))


def seconds(sign: Callable[[bytes], None], body: bytes, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        sign(body)
    return (time.process_time() - began) / rounds


def peak(sign: Callable[[bytes], None], body: bytes) -> float:
    tracemalloc.start()
    sign(body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def main() -> int:
    is_good = True
    for size, rounds in ((5 * 1024, 50), (50 * 2**20, 1)):
        body = LINE * (size // len(LINE))
        mine, other = seconds(ours, body, rounds), seconds(theirs, body, rounds)
        held, other_held = peak(ours, body), peak(theirs, body)
        print(f"{size / 1024:8.0f} KiB  ours {mine * 1e3:8.2f} ms {held:7.2f} MiB", end="  ")
        print(f"dkimpy {other * 1e3:8.2f} ms {other_held:7.2f} MiB  CPU x{mine / other:.3f}")
        is_good = is_good and other / mine >= 5 and held < 4
    hashed, began = body_hash(LINE * 88), time.process_time()
    for number in range(COPIES):
        header = HEADER + b"List-Unsubscribe: <https://l.example.org/%d>\r\n" % number
        signature_fields(header, hashed, "example.org", [KEY], 0.0)
    print(f"{COPIES} copies of one body  {time.process_time() - began:.2f} s")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
