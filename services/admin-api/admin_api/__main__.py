"""`python -m admin_api`: the REST API and the public links in one process."""

import sys

from admin_api.app import main
from mailcore.lifecycle import run

if __name__ == "__main__":
    sys.exit(run(main))
