"""CPU time and memory of other processes (proc(5))."""

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


def resident_of(pid: int) -> int:
    """Give the octets that a process has in memory now."""
    return _status(pid, "VmRSS")


def peak_of(pid: int) -> int:
    """Give the most octets that a process has had in memory since it began, or since `forget_peak`."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let what a process has in memory now be its peak."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def _status(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) * 1024
