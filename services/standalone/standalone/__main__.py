"""`python -m standalone`."""

import sys

from mailcore.lifecycle import run
from standalone.app import main

if __name__ == "__main__":
    sys.exit(run(main))
