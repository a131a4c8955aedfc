#!/usr/bin/env python3
"""Health check of a container: exit code 0 when /healthz on the given port answers 200.

`python -IS healthy.py 8082`; these switches leave the installed packages out, which makes it five times as quick.
"""

import http.client
import os
import sys

_EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what BIND may say


def is_healthy(bind: str, port: int) -> bool:
    """Ask /healthz where a service bound to `bind` answers. False for anything but 200, and for nothing within 4 s."""
    connection = http.client.HTTPConnection(_EVERY_ADDRESS.get(bind, bind), port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_healthy(os.environ.get("BIND", ""), int(sys.argv[1])))  # noqa: TID251 - a program of its own
