import pytest

from mailcore.authentication.domains import is_aligned, known_form, organizational_domain


@pytest.mark.parametrize(
    ("domain", "organization"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("mail.example.co.jp", "example.co.jp"),
        ("example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("com", "com"),
        ("a.b.test", "b.test"),
        ("www.xn--85x722f.com.cn", "xn--85x722f.com.cn"),
        ("someone.github.io", "someone.github.io"),
        ("city.kawasaki.jp", "city.kawasaki.jp"),
    ],
)
def test_the_domain_of_an_organisation(domain: str, organization: str) -> None:
    assert organizational_domain(domain) == organization


@pytest.mark.parametrize(
    ("domain", "author", "relaxed", "strict"),
    [
        ("example.com", "example.com", True, True),
        ("mail.example.com", "example.com", True, False),
        ("example.com", "news.example.com", True, False),
        ("a.example.com", "b.example.com", True, False),
        ("example.com", "example.org", False, False),
        ("a.co.uk", "b.co.uk", False, False),
        ("co.uk", "a.co.uk", False, False),
        ("", "", False, False),
    ],
)
def test_alignment(domain: str, author: str, relaxed: bool, strict: bool) -> None:
    assert is_aligned(domain, author) is relaxed
    assert is_aligned(domain, author, strictly=True) is strict


def test_a_domain_in_one_form() -> None:
    assert known_form("Bücher.Example") == "xn--bcher-kva.example"
    for text in ("localhost", "", "a..example", "a b.example"):
        with pytest.raises(ValueError, match=r"domain|empty"):
            known_form(text)
