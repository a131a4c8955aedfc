from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.directory.folder_name import folder_of
from processor.maildir.place import place_of


@pytest.mark.parametrize(
    ("detail", "folder"),
    [
        ("work", ".work"),
        ("Work Stuff", ".Work Stuff"),
        ("", ""),
        ("inbox", ""),
        ("INBOX", ""),
        ("a.b", ".a_b"),
        ("../../etc", ".______etc"),
        (".", "._"),
        ("a&b", ".a&-b"),
        ("日本語", ".&ZeVnLIqe-"),
        ("täglich", ".t&AOQ-glich"),
        ("~root", "._root"),
        ("😀", ".&2D3eAA-"),
    ],
)
def test_folders(detail: str, folder: str) -> None:
    assert folder_of(detail) == folder


@given(st.text(max_size=64).filter(lambda text: text.encode("utf-8", "ignore").decode() == text))
def test_no_detail_leads_out_of_the_mailbox(detail: str) -> None:
    place = place_of(Path("/mail"), "example.com/ada", folder_of(detail))
    assert place.folder in {place.mailbox, place.mailbox / place.folder.name}
    assert place.folder.name.count(".") == 1 if folder_of(detail) else place.folder == place.mailbox
    assert place.folder.name.isascii()
    assert place.folder.name.isprintable()
