"""The SMTP protocol, from the socket to `ingress.seam`. It knows no policy; `ingress.app` composes it.

`session.py` is where to begin reading: it holds the table of commands and the loop that answers them.
"""

from ingress.session.listener import Listener
from ingress.session.live_sessions import LiveSessions
from ingress.session.session import Session

__all__ = ["Listener", "LiveSessions", "Session"]
