"""What a kind of job must be able to do."""

from collections.abc import Awaitable, Callable, Mapping

from mailcore.db.jobs import Job
from mailcore.trace import Trace

Work = Callable[[Job], Awaitable[Trace]]
"""Does the job, harmlessly when it has been done before, and gives what the trace is to say of it.

Raises Transient when it is to be tried again later, Permanent when trying again is of no use.
"""

Kinds = Mapping[str, Work]
"""Work by kind. Jobs of other kinds are left to workers that know them."""
