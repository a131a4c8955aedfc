"""A private Postfix: its own configuration, queue and mailboxes, on loopback alone. Needs root, as Postfix does.

It takes mail for `example.org` into Maildirs, and sends everything else to the relay that it is told of.
"""

import os
import pwd
import shutil
import smtplib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.parts.choice import find_or_install
from tests.parts.ports import free_ports
from tests.parts.process import Process
from tests.parts.server import Server

_OWNER = "postfix"
_PROGRAMS = Path("/usr/lib/postfix/sbin")
_SERVICES = (
    ("cleanup", "unix", "n", "0", "cleanup"),
    ("qmgr", "unix", "n", "1", "qmgr"),
    ("tlsmgr", "unix", "-", "1", "tlsmgr"),
    ("rewrite", "unix", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "0", "bounce"),
    ("defer", "unix", "-", "0", "bounce"),
    ("trace", "unix", "-", "0", "bounce"),
    ("verify", "unix", "-", "1", "verify"),
    ("proxymap", "unix", "-", "-", "proxymap"),
    ("anvil", "unix", "-", "1", "anvil"),
    ("scache", "unix", "-", "1", "scache"),
    ("smtp", "unix", "-", "-", "smtp"),
    ("error", "unix", "-", "-", "error"),
    ("retry", "unix", "-", "-", "error"),
)


class Postfix(Server):
    """A Postfix of our own."""

    def __init__(self, *, mailboxes: Sequence[str] = ("bea", "cas"), settings: Mapping[str, str] | None = None) -> None:
        """`mailboxes`: local parts at example.org; `settings`: of main.cf, over what stands here."""
        if os.geteuid() != 0:
            raise RuntimeError("postfix is needed, and it only runs when root starts it")
        programs = find_or_install(_find_programs, "postfix", "libsasl2-modules")
        super().__init__()
        (self.port,) = free_ports(1)
        self._home = self.directory / "mail"
        self._configuration = self.directory / "etc"
        self._configure(mailboxes, settings or {})
        command = [str(programs / "master"), "-c", str(self._configuration), "-d"]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": str(self._configuration)}
        self.runner = Process(command, environment, self.directory)

    @property
    def url(self) -> str:
        """`host:port` of its SMTP server."""
        return f"127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it greets."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=2):
                return True
        except (OSError, smtplib.SMTPException):
            return False

    def mails(self, name: str) -> list[bytes]:
        """Give the messages in a mailbox."""
        return [path.read_bytes() for path in sorted((self._home / name / "new").glob("*"))]

    def log(self) -> str:
        """Give the end of what it logged."""
        path = self.directory / "maillog"
        return path.read_text(errors="replace")[-8000:] if path.exists() else self.runner.log()

    def _configure(self, mailboxes: Sequence[str], settings: Mapping[str, str]) -> None:
        for path in (self._home, self._configuration, self.directory / "spool", self.directory / "data"):
            path.mkdir()
        for path in (self._home, self.directory / "data"):
            shutil.chown(path, _OWNER)
        main = {**_settings(self.directory, self._home, mailboxes), **settings}
        (self._configuration / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in main.items()))
        lines = [f"127.0.0.1:{self.port} inet n - n - - smtpd"]
        lines += [f"{name} {kind} {private} - n - {most} {program}" for name, kind, private, most, program in _SERVICES]
        lines += ["virtual unix - n n - - virtual", "postlog unix-dgram n - n - 1 postlogd"]
        (self._configuration / "master.cf").write_text("".join(f"{line}\n" for line in lines))
        self._make_queue()

    def _make_queue(self) -> None:
        """Have it make the directories of its queue."""
        command = ["postfix", "-c", str(self._configuration), "check"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"postfix check: {done.stdout}{done.stderr}")


def _find_programs() -> Path | None:
    """Give the directory of its programs, once what it logs in by is there too."""
    plain = list(Path("/usr/lib").glob("*/sasl2/libplain.so*"))
    return _PROGRAMS if plain and (_PROGRAMS / "master").exists() else None


def _settings(directory: Path, home: Path, mailboxes: Sequence[str]) -> dict[str, str]:
    return {
        "compatibility_level": "3.6",
        "queue_directory": f"{directory / 'spool'}",
        "data_directory": f"{directory / 'data'}",
        "daemon_directory": f"{_PROGRAMS}",
        "command_directory": "/usr/sbin",
        "mail_owner": _OWNER,
        "setgid_group": "postdrop",
        "maillog_file": f"{directory / 'maillog'}",
        "maillog_file_prefixes": f"{directory}",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "myhostname": "mx.example.org",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "alias_maps": "",
        "local_recipient_maps": "",
        "local_transport": "error:nobody is local",
        "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
        "virtual_mailbox_domains": "example.org",
        "virtual_mailbox_base": f"{home}",
        "virtual_mailbox_maps": "inline:{" + ", ".join(f"{name}@example.org={name}/" for name in mailboxes) + "}",
        "virtual_uid_maps": f"static:{pwd.getpwnam(_OWNER).pw_uid}",
        "virtual_gid_maps": f"static:{pwd.getpwnam(_OWNER).pw_gid}",
        "virtual_minimum_uid": "1",
        "virtual_mailbox_limit": "0",
        "mailbox_size_limit": "0",
        "message_size_limit": "52428800",
        "smtputf8_enable": "yes",
        "smtpd_tls_security_level": "none",
        "strict_smtputf8": "yes",
        "notify_classes": "",
    }
