import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailcore.errors import ConfigurationError
from mailcore.secrets import Secrets, make_key_file

OLD, NEW = "11" * 32, "22" * 32


def test_a_key_file_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: make_key_file(path), range(16)))
    made = path.read_text()
    make_key_file(path)
    assert path.read_text() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert len(Secrets.read(path).keys_for("x")[0]) == 32


def test_each_purpose_has_its_own_key_and_the_same_each_time() -> None:
    secrets = Secrets([bytes.fromhex(OLD)])
    assert secrets.keys_for("a") == Secrets([bytes.fromhex(OLD)]).keys_for("a")
    assert secrets.keys_for("a") != secrets.keys_for("b")
    assert bytes.fromhex(OLD) not in secrets.keys_for("a")


def test_it_is_hkdf() -> None:
    """RFC 5869 A.3: no salt, no info; the first block."""
    secrets = Secrets([bytes.fromhex("0b" * 22)])
    assert secrets.keys_for("")[0].hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_a_new_key_stands_above_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{NEW}\n{OLD}\n")
    new, old = Secrets.read(path).keys_for("a")
    assert (new,) == Secrets([bytes.fromhex(NEW)]).keys_for("a")
    assert (old,) == Secrets([bytes.fromhex(OLD)]).keys_for("a")


@pytest.mark.parametrize("text", ["", "\n", "zz" * 32, "11" * 31, "é"])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match="KEY_FILE") as raised:
        Secrets.read(path)
    assert not text.strip() or text.strip() not in str(raised.value)


def test_a_missing_file_and_a_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"KEY_FILE: cannot read .*No such file"):
        Secrets.read(tmp_path / "key")
    with pytest.raises(ConfigurationError, match=r"KEY_FILE: cannot make .*No such file"):
        make_key_file(tmp_path / "none" / "key")
