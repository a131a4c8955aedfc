"""The generated pages in `docs/` are what their sources say now. `make docs` mends it."""

import pytest
from tools.docs.pages import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page_is_fresh(name: str) -> None:
    page = DOCS / name
    assert page.exists()
    assert page.read_text(encoding="utf-8") == PAGES[name]()
