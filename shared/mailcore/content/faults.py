"""What a failed file operation means to the mail: no room left, or storage that cannot be used now.

Both are transient. No errno is taken as final: an operator frees space, remounts a volume, mends permissions, and
the mail must still be there.
"""

import errno

from mailcore.errors import ContentAway, StorageFull, Transient

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def fault_of(error: OSError) -> Transient:
    """Give StorageFull for a full disk, an exhausted quota or a file size limit, else ContentAway."""
    reason = f"{error.strerror or error} ({errno.errorcode.get(error.errno or 0, error.errno)})"
    return StorageFull(reason) if error.errno in _FULL else ContentAway(reason)
