"""The server that members of the lists bench have their mailboxes at: takes everything, and keeps nothing of it.

    python tests/bench/lists_server.py

Prints its port; serves until its input ends. In a process of its own, so that what it costs is not counted.
"""

import asyncio
import sys
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fakes.relay import Relay


async def main() -> None:
    """Serve."""
    async with Relay(keep_content=False) as relay:
        print(relay.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(main())
