import pytest

from ingress.session.xtext import decoded_length, is_xtext


@pytest.mark.parametrize("text", ["", "abc", "a+2Bb", "+3D", "!~"])
def test_well_formed(text: str) -> None:
    assert is_xtext(text)


@pytest.mark.parametrize("text", ["a b", "a=b", "a+b", "+2", "+2b", "+GG", "ä", "a\x7f", "a\n"])
def test_malformed(text: str) -> None:
    assert not is_xtext(text)


def test_decoded_length() -> None:
    assert decoded_length("a+2Bb+3D") == 4
