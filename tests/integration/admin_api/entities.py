"""The kinds of entities that share one mechanism, and what the tests write of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Fields = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of entity, and what the tests write of it."""

    path: str
    key: str
    written: Callable[[int], Fields]
    """Fields of the n-th, in the order of their keys."""
    awkward: tuple[str, ...]
    """Keys in their stored form that are hard to get through a path."""
    nonsense: tuple[object, ...]
    """Bodies that are not allowed."""
    change: Fields
    """What a patch changes of the first."""
    reset: tuple[str, Any] | None
    """A field and its default."""

    @property
    def name(self) -> str:
        """What the audit log calls one of them."""
        return {"/aliases": "alias"}.get(self.path, self.path.strip("/").removesuffix("s"))

    def one(self, key: str) -> str:
        """Give the path of one of them."""
        return f"{self.path}/{quote(key, safe='')}"


DOMAINS = Kind(
    path="/domains",
    key="name",
    written=lambda n: {"name": f"d{n:03}.example.com", "case_sensitive": True},
    awkward=("xn--r8jz45g.example", "a-b.c-d.example.net"),
    nonsense=(
        {"name": "not a domain"},
        {"name": 1},
        {"name": None},
        {"name": ""},
        {"name": "a." * 130 + "test"},
        {},
        {"name": "example.net", "catch_all_address": "nobody@example.com"},
        {"name": "example.net", "catch_all_address": "no address"},
        {"name": "example.net", "case_sensitive": 1},
    ),
    change={"catch_all_address": "postmaster@d001.example.com", "case_sensitive": False},
    reset=("case_sensitive", False),
)
ACCOUNTS = Kind(
    path="/accounts",
    key="address",
    written=lambda n: {"address": f"a{n:03}@example.com", "enabled": False},
    awkward=(
        "a/b@example.com",
        "100%@example.com",
        "%2f@example.com",
        '"a b"@example.com',
        "飛脚@example.com",
        "?#@example.com",
    ),
    nonsense=(
        {"address": "nobody"},
        {"address": "a@unmanaged.example"},
        {"address": "a@example.com", "password": "short"},
        {"address": "a@example.com", "enabled": "yes"},
        {"address": "a@example.com", "mailbox": "elsewhere"},
        {"address": "a\nb@example.com"},
        {"address": "İ" * 30 + "@example.com"},
        {"address": "a@example.com", "quota_bytes": 0},
        {"address": "a@example.com", "quota_messages": 0},
        {"address": "a@example.com", "max_receive_size": 0},
        {"address": "a@example.com", "quota_bytes": "1"},
        {"address": "a@example.com", "cancel_list": "*"},
        {"address": "a@example.com", "cancel_list": [""]},
        {"enabled": True},
        [],
        "a@example.com",
    ),
    change={"enabled": True, "quota_bytes": 1, "quota_messages": 2, "max_receive_size": 3, "cancel_list": ["*@x.test"]},
    reset=("enabled", True),
)
ALIASES = Kind(
    path="/aliases",
    key="address",
    written=lambda n: {"address": f"a{n:03}@example.com", "to": ["ken@example.org", f"ada+{n}@example.com"]},
    awkward=ACCOUNTS.awkward,
    nonsense=(
        {"address": "nobody", "to": ["ken@example.org"]},
        {"address": "a@unmanaged.example", "to": ["ken@example.org"]},
        {"address": "a@example.com"},
        {"address": "a@example.com", "to": []},
        {"address": "a@example.com", "to": None},
        {"address": "a@example.com", "to": "ken@example.org"},
        {"address": "a@example.com", "to": ["no address"]},
        {"address": "a@example.com", "to": ["ken@example.org", "nobody@example.com"]},
        {"address": "a@example.com", "to": ["a@example.com"]},
        {"address": "a@example.com", "to": ["ada@example.com"] * 1001},
    ),
    change={"to": ["飛脚@example.org", "postmaster@example.com"]},
    reset=None,
)
