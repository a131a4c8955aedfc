"""When a job that failed is tried again."""

_FIRST = 60.0
_LONGEST = 3600.0


def delay_after(attempts: int) -> float:
    """Give the seconds until the next try after `attempts` of them failed: a minute, doubling up to an hour.

    Without an end: whether to give up is for the kind of job to say. The first wait is longer than a delivery that did
    not end in time may still run.
    """
    return min(_FIRST * 2.0 ** min(attempts, 16), _LONGEST)
