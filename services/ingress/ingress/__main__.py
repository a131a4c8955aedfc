"""`python -m ingress`: sessions in one process, or in several behind a supervisor."""

import sys

from ingress.app import main
from mailcore.lifecycle import run

if __name__ == "__main__":
    sys.exit(run(main))
