import pytest

from mailcore.db.engines import read_url
from mailcore.errors import ConfigurationError


def test_postgresql_is_reached_by_asyncpg() -> None:
    dialect, url = read_url("postgresql://u:p%40ss@db.example.com:5433/mail?sslmode=require")
    assert dialect == "postgresql"
    assert url.drivername == "postgresql+asyncpg"
    assert (url.password, url.port, url.query) == ("p@ss", 5433, {"ssl": "require"})


def test_sqlite_is_a_file() -> None:
    dialect, url = read_url("sqlite:////var/lib/mail/hikyaku.sqlite3")
    assert dialect == "sqlite"
    assert url.database == "/var/lib/mail/hikyaku.sqlite3"


@pytest.mark.parametrize("url", ["", "secret", "mysql://u:secret@h/d", "sqlite://", "sqlite:///", "postgresql//secret"])
def test_anything_else_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read_url(url)
    assert "secret" not in str(refusal.value)
