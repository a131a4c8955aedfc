import pytest

from admin_api.paging import read_cursor, write_cursor
from admin_api.problem import Problem


@pytest.mark.parametrize("key", ["1", "a@example.com", 'ü"/%@example.org', "0192-飛脚", ""])
def test_a_cursor_gives_back_its_key(key: str) -> None:
    text = write_cursor(key)
    assert text is not None
    assert text.isascii()
    assert read_cursor(text) == key


def test_there_is_no_cursor_after_the_last_page() -> None:
    assert write_cursor(None) is None
    assert read_cursor(None) is None


@pytest.mark.parametrize("text", ["!", "====", "YQ==", "_w", "a", "ü", "AA", "飛脚"])
def test_what_no_page_gave_is_422(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read_cursor(text)
    assert caught.value.status_code == 422
    assert caught.value.errors[0].loc == ("query", "cursor")
