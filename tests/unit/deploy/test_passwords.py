from dataclasses import astuple
from pathlib import Path
from urllib.parse import quote

from deploy.prepare.passwords import Passwords


def test_they_are_made_once(tmp_path: Path) -> None:
    first = Passwords.keep(tmp_path)
    assert Passwords.keep(tmp_path) == first


def test_each_is_another_and_long(tmp_path: Path) -> None:
    passwords = astuple(Passwords.keep(tmp_path))
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) >= 43 for password in passwords)


def test_they_fit_into_a_url_as_they_are(tmp_path: Path) -> None:
    passwords = astuple(Passwords.keep(tmp_path))
    assert [quote(password, safe="") for password in passwords] == list(passwords)


def test_what_a_broken_start_left_behind_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "rabbitmq_services.new").write_text("hal")
    assert len(Passwords.keep(tmp_path).rabbitmq_services) >= 43


def test_one_that_is_missing_is_made_and_the_others_stay(tmp_path: Path) -> None:
    first = Passwords.keep(tmp_path)
    (tmp_path / "postgres_dovecot").unlink()
    second = Passwords.keep(tmp_path)
    assert second.postgres_dovecot != first.postgres_dovecot
    assert second.postgres_services == first.postgres_services
