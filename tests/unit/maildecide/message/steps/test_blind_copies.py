import pytest
from tests.unit.maildecide.message.steps.standard import header_after

from maildecide.message.steps import blind_copies


@pytest.mark.parametrize(
    ("header", "left"),
    [
        (b"A: b\r\nBcc: x@example.com\r\nC: d\r\n", b"A: b\r\nC: d\r\n"),
        (b"bcc:\r\n x@example.com,\r\n\ty@example.com\r\nBCC : z\r\nResent-Bcc: w\r\nC: d\r\n", b"C: d\r\n"),
        (b"X-Bcc: a\r\n", b"X-Bcc: a\r\n"),
        (b"Bcc: x", b""),
    ],
)
def test_removed_from_submissions(header: bytes, left: bytes) -> None:
    assert header_after(blind_copies.apply, header, no_blind_copies=True) == left


def test_kept_in_all_other_mail() -> None:
    assert header_after(blind_copies.apply, b"Bcc: x\r\n") == b"Bcc: x\r\n"
