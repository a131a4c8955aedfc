import pytest

from admin_api.auth import Principal, scope_needed
from mailcore.directory.token import TokenScope


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/domains", "read"),
        ("HEAD", "/api/v1/domains/example.com", "read"),
        ("OPTIONS", "/api/v1/domains", "read"),
        ("POST", "/api/v1/domains", "write"),
        ("PATCH", "/api/v1/settings/smtp", "write"),
        ("DELETE", "/api/v1/domains/example.com", "write"),
        ("BREW", "/api/v1/domains", "write"),
        ("GET", "/api/v1/tokens", "admin"),
        ("DELETE", "/api/v1/tokens/1", "admin"),
        ("GET", "/api/v1/audit", "admin"),
        ("GET", "/api/v1/tokensandmore", "read"),
    ],
)
def test_scope_needed(method: str, path: str, expected: TokenScope) -> None:
    assert scope_needed(method, path) == expected


@pytest.mark.parametrize(
    ("held", "needed", "expected"),
    [
        ({"read"}, "read", True),
        ({"read"}, "write", False),
        ({"write"}, "read", False),
        ({"read", "write"}, "write", True),
        ({"read", "write"}, "admin", False),
        ({"admin"}, "read", True),
        ({"admin"}, "write", True),
        (set(), "read", False),
    ],
)
def test_what_a_token_may(held: set[TokenScope], needed: TokenScope, expected: bool) -> None:
    assert Principal("somebody", frozenset(held)).may(needed) is expected
