"""`python -m tools.docs [--check]`."""

import sys

from tools.docs.pages import stale, write

if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        names = stale()
        if names:
            sys.exit(f"stale: {', '.join(names)}; run `make docs`")
    else:
        write()
