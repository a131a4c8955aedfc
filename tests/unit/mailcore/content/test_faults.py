import errno
import os

import pytest

from mailcore.content.faults import fault_of
from mailcore.errors import ContentAway, StorageFull


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_a_full_storage(number: int) -> None:
    fault = fault_of(OSError(number, os.strerror(number)))
    assert isinstance(fault, StorageFull)
    assert errno.errorcode[number] in str(fault)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EIO, errno.ENOENT])
def test_everything_else_is_a_storage_that_is_away(number: int) -> None:
    assert isinstance(fault_of(OSError(number, os.strerror(number))), ContentAway)


def test_an_error_without_a_number_says_what_it_says() -> None:
    assert "odd" in str(fault_of(OSError("odd")))
