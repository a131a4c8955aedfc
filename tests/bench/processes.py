"""CPU time of other processes (proc(5))."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_of_family(pid: int) -> float:
    """Give the CPU seconds that a process and its descendants have used, those that have ended included."""
    seconds, todo = 0.0, [pid]
    while todo:
        one = Path(f"/proc/{todo.pop()}")
        try:
            fields = (one / "stat").read_text().rpartition(")")[2].split()
            todo += [
                int(child) for task in (one / "task").iterdir() for child in (task / "children").read_text().split()
            ]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended just now; its parent has its time
        # utime, stime, and those of children that were waited for: the 14th to 17th field
        seconds += sum(int(field) for field in fields[11:15]) / _TICK
    return seconds
