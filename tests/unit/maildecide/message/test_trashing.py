import pytest

from mailcore.mail.incoming import Marks
from maildecide.message.trashing import reason_of


@pytest.mark.parametrize(
    ("marks", "word"),
    [
        (Marks(banned="user_trash"), "banned"),
        (Marks(banned="server_trash", quarantined=True), "banned"),
        (Marks(quarantined=True), "DMARC"),
        (Marks(banned="tag_subject", quarantined=True), "DMARC"),
    ],
)
def test_the_reason(marks: Marks, word: str) -> None:
    assert word in reason_of(marks)
