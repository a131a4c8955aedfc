"""Which pages are generated, and whether what lies in `docs/` is what would be generated now."""

from collections.abc import Callable
from pathlib import Path

from tools.docs import environment, metrics, openapi, replies, settings

DOCS = Path(__file__).parents[2] / "docs"

PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings.page,
    "environment.md": environment.page,
    "smtp-replies.md": replies.page,
    "metrics.md": metrics.page,
    "openapi.json": openapi.page,
}


def write() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


def stale() -> list[str]:
    """Give the names of pages that are missing or would be generated otherwise."""
    return [name for name, page in PAGES.items() if _read(DOCS / name) != page()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
