import pytest

from mailcore.authentication.tags import parse_tags, without_blanks


def test_tags() -> None:
    assert parse_tags("v=1; a = rsa-sha256 ;\r\n\tb=a b=\r\n c; x_1=;") == {
        "v": "1",
        "a": "rsa-sha256",
        "b": "a b=\r\n c",
        "x_1": "",
    }
    assert parse_tags("") == {}


@pytest.mark.parametrize("text", ["v", "v=1;;a=2", "=1", "1a=2", "v=1; v=2", "a b=1", "ä=1"])
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        parse_tags(text)


def test_blanks_mean_nothing() -> None:
    assert without_blanks(" a\r\n\tb c ") == "abc"
