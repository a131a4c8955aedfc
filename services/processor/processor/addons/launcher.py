"""Becomes an addon's program: sets the limits of this process, then runs the program in its place.

Started as a file by a Python of its own, since limits cannot be set safely between fork and exec of a process with
threads. Its arguments: memory, size of a file, seconds of CPU (each 0: no limit), seconds of time (0: none), and then
the program with its arguments. Stands alone: imports nothing of ours.
"""

import os
import resource
import signal
import sys

_CANNOT_RUN = 127


def main(arguments: list[str]) -> None:
    """Never returns."""
    memory, size, cpu, seconds = map(int, arguments[:4])
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, size)
    _limit(resource.RLIMIT_CPU, cpu)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Outlives exec: should the processor be killed, its program does not stay for ever.
    signal.alarm(seconds)
    try:
        os.execv(arguments[4], arguments[4:])  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"it cannot be run: {error.strerror}\n")
        sys.exit(_CANNOT_RUN)


def _limit(what: int, most: int) -> None:
    if most:
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1:])
