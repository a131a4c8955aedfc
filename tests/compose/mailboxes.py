"""What a reader of mail sees: IMAP and POP3 under TLS, and the files of a Maildir."""

import imaplib
import io
import poplib
import ssl
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


def trusting() -> ssl.SSLContext:
    """Give a context that takes the self-signed certificate of the project for what it is."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def imap(port: int, address: str, password: str) -> Iterator[imaplib.IMAP4_SSL]:
    """Open an IMAP session with INBOX selected. Raises imaplib's error when the password is wrong."""
    session = imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(), timeout=30)
    try:
        session.login(address, password)
        session.select()
        yield session
    finally:
        session.shutdown()


@contextmanager
def pop3(port: int, address: str, password: str) -> Iterator[poplib.POP3_SSL]:
    """Open a POP3 session. Raises poplib's error when the password is wrong."""
    session = poplib.POP3_SSL(HOST, port, context=trusting(), timeout=30)
    try:
        session.user(address)
        session.pass_(password)
        yield session
    finally:
        session.close()


def read_by_imap(port: int, address: str, password: str, folder: str = "INBOX") -> list[bytes]:
    """Give every message of a folder, as IMAP tells it: with CRLF; none where there is no such folder."""
    with imap(port, address, password) as session:
        if session.select(folder)[0] != "OK":
            return []
        _, (numbers,) = session.search(None, "ALL")
        if not numbers:
            return []
        _, parts = session.fetch(numbers.replace(b" ", b",").decode("ascii"), "(BODY.PEEK[])")
        return [part[1] for part in parts if isinstance(part, tuple)]


def read_by_pop3(port: int, address: str, password: str) -> list[bytes]:
    """Give every message, as POP3 tells it: with CRLF."""
    with pop3(port, address, password) as session:
        count = session.stat()[0]
        return [b"".join(line + b"\r\n" for line in session.retr(number)[1]) for number in range(1, count + 1)]


def maildir_files(archive: bytes) -> list[bytes]:
    """Give the content of each message in the tar archive of a Maildir, folders included."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = [each for each in tar.getmembers() if each.isfile() and each.name.split("/")[-2] in {"new", "cur"}]
        return [file.read() for each in members if (file := tar.extractfile(each)) is not None]
