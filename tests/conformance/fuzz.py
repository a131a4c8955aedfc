"""A longer campaign of what `test_fuzz.py` does in short.

python -m tests.conformance.fuzz [minutes]
"""

import sys
import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conformance.fuzzing import check
from tests.conformance.hostile import cut_up, cuts, hostile_input

_ROUND = 2000


@settings(
    max_examples=_ROUND,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)
@given(hostile_input, cuts, st.booleans())
def one_round(octets: bytes, lengths: list[int], normalise: bool) -> None:
    """Try many inputs; fails with the smallest that goes wrong."""
    check(octets, cut_up(octets, lengths), normalise=normalise)


def main(minutes: float) -> None:
    """Go on for so many minutes."""
    end = time.monotonic() + minutes * 60
    tried = 0
    while time.monotonic() < end:
        one_round()
        tried += _ROUND
        print(f"{tried} inputs tried", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
