"""Mail from several clients at once, and what each of them was told."""

import smtplib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

HOST = "127.0.0.1"
SENDER = "load@sender.example.net"


@dataclass
class Load:
    """Sends messages, each once, to one address; a message is known by the name in its Subject."""

    port: int
    recipient: str
    accepted: set[str] = field(default_factory=set)
    """Names of the messages that got a 250."""
    unsure: set[str] = field(default_factory=set)
    """Names of those that got none: they may arrive once, or not at all."""
    slowest: float = 0.0
    """Seconds that the slowest transaction took."""
    permanent: list[str] = field(default_factory=list)
    """Refusals with a 5xx, of which there must be none."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, prefix: str, count: int, *, clients: int = 6, pause: float = 0.0) -> None:
        """Send `count` messages named after `prefix`, each client waiting `pause` seconds between two."""

        def one(number: int) -> None:
            self._send_one(f"{prefix}-{number}")
            time.sleep(pause)

        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(one, range(count)))

    def send_while(self, action: Callable[[], None], prefix: str) -> None:
        """Send messages from before `action` until after it."""
        done = threading.Event()

        def client(number: int) -> None:
            sent = 0
            while not done.is_set():
                self._send_one(f"{prefix}-{number}-{sent}")
                sent += 1
                time.sleep(0.05)

        with ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(client, number) for number in range(4)]
            try:
                action()
            finally:
                done.set()
        for each in clients:
            each.result()

    def _send_one(self, name: str) -> None:
        began = time.monotonic()
        text = f"From: <{SENDER}>\r\nSubject: {name}\r\n\r\nThis is {name}.\r\n"
        told = False
        try:
            with smtplib.SMTP(HOST, self.port, local_hostname="client.example.net", timeout=60) as session:
                session.sendmail(SENDER, [self.recipient], text)
                told = True
        except smtplib.SMTPResponseException as error:
            self._note_refusal(error.smtp_code, error.smtp_error)
        except smtplib.SMTPRecipientsRefused as error:
            for code, reply in error.recipients.values():
                self._note_refusal(code, reply)
        except (OSError, smtplib.SMTPServerDisconnected):
            pass  # The connection broke, as the tests make it: the client knows nothing, and `unsure` says so.
        with self._lock:
            (self.accepted if told else self.unsure).add(name)
            self.slowest = max(self.slowest, time.monotonic() - began)

    def _note_refusal(self, code: int, reply: bytes | str) -> None:
        if code >= 500:
            with self._lock:
                self.permanent.append(f"{code} {reply!r}")
