"""`python -m ingress.worker`: one of several processes on the same ports, started by the supervisor only."""

import sys

from ingress.app import work
from mailcore.lifecycle import run

if __name__ == "__main__":
    sys.exit(run(work))
