import pytest

from mailcore.directory.folder_name import folder_below
from processor.lmtp.recipient import account_of, with_folder


@pytest.mark.parametrize(
    ("owner", "folder", "expected"),
    [
        ("ada@example.com", "", "ada@example.com"),
        ("ada@example.com", ".Trash", "ada+Trash@example.com"),
        ("ada@example.com", folder_below("Ads/2026"), "ada+Ads/2026@example.com"),
        ("ada@example.com", folder_below("Big deals"), '"ada+Big deals"@example.com'),
        ("ada@example.com", folder_below("R&D"), "ada+R&D@example.com"),
        ("ada@example.com", folder_below("広告"), "ada+広告@example.com"),
        ("ada@example.com", folder_below("a飛脚&b/Ünïcode"), "ada+a飛脚&b/Ünïcode@example.com"),
        ('"a b"@example.com', ".Trash", '"a b+Trash"@example.com'),
    ],
)
def test_a_folder_is_the_detail_of_the_address(owner: str, folder: str, expected: str) -> None:
    assert with_folder(owner, folder) == expected


def test_an_account_is_named_as_it_is() -> None:
    assert account_of('"a b"@example.com') == '"a b"@example.com'
