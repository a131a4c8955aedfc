"""`python -m processor`: one replica on shared parts."""

import sys

from mailcore.lifecycle import run
from processor.app import main

if __name__ == "__main__":
    sys.exit(run(main))
