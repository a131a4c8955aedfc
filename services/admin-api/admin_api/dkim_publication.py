"""What DNS has of a key that signs: asked anew each time, since an operator waits for what he has just published."""

import asyncio
from collections.abc import Callable

from mailcore.directory.dkim_key import DkimKey, DkimPublication
from mailcore.dkim.record import mismatch
from mailcore.dns.interface import Budget, Resolver

_TIMEOUT_SECONDS = 3.0
_ATTEMPTS = 2
_SECONDS = 10.0


class DkimPublications:
    """Looks keys up."""

    def __init__(self, fresh_resolver: Callable[[], Resolver]) -> None:
        """`fresh_resolver` gives one that remembers nothing."""
        self._fresh_resolver = fresh_resolver

    async def look(self, key: DkimKey) -> DkimPublication:
        """Say what DNS has of `key`. Ends within 10 s."""
        budget = Budget(_TIMEOUT_SECONDS, _ATTEMPTS, asyncio.get_running_loop().time() + _SECONDS)
        answer = await self._fresh_resolver().query(key.record.name, "TXT", budget=budget)
        if answer.status == "no_answer":
            return DkimPublication(status="unknown", reason="DNS gives no answer", found=())
        records = [record for record in answer.records if isinstance(record, bytes)]
        if not records:
            return DkimPublication(status="missing", reason="there is no TXT record", found=())
        found = tuple(record.decode("utf-8", "backslashreplace") for record in records)
        public = key.record.value.rpartition("p=")[2]
        # RFC 6376 3.6.2.2: with several records, which of them a receiver takes is undefined.
        if len(records) > 1:
            return DkimPublication(status="different", reason="there are several TXT records", found=found)
        why = mismatch(records[0], key.algorithm, public)
        if why is not None:
            return DkimPublication(status="different", reason=why, found=found)
        return DkimPublication(status="published", reason="", found=found)
