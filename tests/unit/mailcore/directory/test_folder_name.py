from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.directory.folder_name import folder_below, folder_of
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


@pytest.mark.parametrize(
    ("path", "folder"),
    [("Work", ".Work"), ("Work/2026", ".Work.2026"), ("飛脚/a&b", ".&mNuBGg-.a&-b"), ("INBOX", ""), ("INBOX/a", ".a")],
)
def test_a_path_is_a_hierarchy(path: str, folder: str) -> None:
    assert folder_below(path) == folder


@pytest.mark.parametrize("path", ["", "/", "a//b", "a/", "..", "a.b", "~x", " a", "a\0", "a\nb", "x" * 200, "飛" * 100])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"is no folder|too long"):
        folder_below(path)
