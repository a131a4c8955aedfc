import pytest
from tests.builders import a_mail

from maildecide.message.replying.automatic import automatic, is_nobody


@pytest.mark.parametrize(
    "header",
    [
        b"List-Id: <x.example.org>",
        b"List-Unsubscribe: <mailto:x@example.org>",
        b"LIST-POST: NO",
        b"Mailing-List: list x@example.org",
        b"Precedence: bulk",
        b"Precedence:  List ",
        b"precedence: junk",
        b"Precedence: auto_reply",
        b"Auto-Submitted: auto-replied",
        b"Auto-Submitted: auto-generated; type=x",
        b"Auto-Submitted: (comment)",
        b"X-Auto-Response-Suppress: DR, OOF",
        b"X-Auto-Response-Suppress: All",
        b"X-Autoreply: yes",
        b"X-Autorespond: x",
        b"X-Failed-Recipients: x@example.org",
        b"X-Spam-Flag: YES",
        b"Return-Path: <>",
        b"Content-Type: multipart/report; report-type=delivery-status",
    ],
)
def test_what_programs_write(header: bytes) -> None:
    assert automatic(a_mail(header=b"Subject: x\r\n" + header + b"\r\n")) == header.partition(b":")[0].decode().lower()


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Subject: List-Id: x\r\n",
        b"Auto-Submitted: no\r\n",
        b"Auto-Submitted: No; x\r\n",
        b"Precedence: first-class\r\n",
        b"X-Auto-Response-Suppress: DR, NDR\r\n",
        b"X-Spam-Flag: NO\r\n",
        b"Return-Path: <bob@example.net>\r\n",
        b"Content-Type: multipart/mixed\r\n",
    ],
)
def test_what_people_write(header: bytes) -> None:
    assert automatic(a_mail(header=header)) is None


@pytest.mark.parametrize(
    ("local_part", "nobody"),
    [
        ("noreply", True),
        ("no-reply", True),
        ("no_reply+x", True),
        ("shop.noreply", True),
        ("noreply123", True),
        ("donotreply", True),
        ("do-not-reply", True),
        ("never_answer", True),
        ("mailer-daemon", True),
        ("postmaster", True),
        ("owner-friends", True),
        ("friends-owner", True),
        ("friends-request", True),
        ("friends-bounces", True),
        ("bounce+123", True),
        ("bounces", True),
        ("bob", False),
        ("casino-replyson", False),
        ("ono.replyson", False),
        ("owner", False),
        ("bouncer", False),
        ("request", False),
        ("飛脚", False),
    ],
)
def test_addresses_behind_which_nobody_is(local_part: str, nobody: bool) -> None:
    assert is_nobody(local_part) == nobody
