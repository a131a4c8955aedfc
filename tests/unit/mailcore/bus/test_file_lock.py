from pathlib import Path

import pytest

from mailcore.bus.file_lock import hold_lock
from mailcore.errors import ConfigurationError


def test_one_holds_it_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "directory" / "lock"
    with hold_lock(path), pytest.raises(ConfigurationError, match="another process"):
        hold_lock(path)
    hold_lock(path).close()


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"DATA_DIR.*file/lock"):
        hold_lock(tmp_path / "file" / "lock")
