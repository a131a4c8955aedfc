import pytest

from mailcore.mail.named_addresses import addresses_named


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("ada@example.com", ["ada@example.com"]),
        ("Ada <ada@example.com>, bo@example.org (Bo)", ["ada@example.com", "bo@example.org"]),
        ('"Lovelace, Ada <x@example.net>" <ada@example.com>', ["ada@example.com"]),
        ('"a b"@example.org', ['"a b"@example.org']),
        (
            "pals: ada@example.com, bo@example.org; <z@example.net>",
            ["ada@example.com", "bo@example.org", "z@example.net"],
        ),
        ("undisclosed:;", []),
        ("Ada\r\n\t<ada@\r\n example.com>", ["ada@example.com"]),
        ("(a (nested <x@example.net>) comment) ada@example.com", ["ada@example.com"]),
        ('(") <ada@example.com> (") <eve@example.net>', ["ada@example.com", "eve@example.net"]),
        ('(6\\") " 5) <x@example.net>" <ada@example.com>', ["ada@example.com"]),
        ("飛脚 <飛脚@例え.jp>", ["飛脚@例え.jp"]),
        # What is no address comes as well: whoever asks must know that somebody is meant.
        ("Ada", ["Ada"]),
        ("<>", []),
        ("<ada@example.com", ["ada@example.com"]),
        ("eve@example.net <ada@example.com><", ["ada@example.com"]),
        ("<ada@example.com> <eve@example.net>", ["ada@example.com", "eve@example.net"]),
        ("eve@example.net\\,ada@example.com", ["eve@example.net\\", "ada@example.com"]),
    ],
)
def test_whom_a_field_names(value: str, named: list[str]) -> None:
    assert list(addresses_named(f"Reply-To: {value}\r\n".encode())) == named


def test_a_field_without_end_is_not_read_to_its_end() -> None:
    assert len(list(addresses_named(b"From: " + b"a@example.com," * 100_000))) < 5_000
