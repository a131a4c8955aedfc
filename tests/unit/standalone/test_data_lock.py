import os
import stat
from pathlib import Path

import pytest

from mailcore.errors import ConfigurationError
from standalone.data_lock import data_dir_locked


def test_a_second_process_is_told_who_has_it(tmp_path: Path) -> None:
    with (
        data_dir_locked(tmp_path),
        pytest.raises(ConfigurationError, match=rf"^DATA_DIR: .* in use by process {os.getpid()};"),
        data_dir_locked(tmp_path),
    ):
        pass


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with data_dir_locked(tmp_path):
            pass


def test_a_lock_file_left_behind_by_a_killed_process_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "standalone.lock").write_text("99999999\n")
    with data_dir_locked(tmp_path):
        assert (tmp_path / "standalone.lock").read_text() == f"{os.getpid()}\n"


def test_the_lock_file_is_for_this_user_alone(tmp_path: Path) -> None:
    with data_dir_locked(tmp_path):
        assert stat.S_IMODE((tmp_path / "standalone.lock").stat().st_mode) == 0o600


def test_a_directory_that_cannot_be_written_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATA_DIR: cannot write"), data_dir_locked(tmp_path / "absent"):
        pass
