"""A private Dovecot that takes mail over LMTP: who it knows stands in a file, and what it stores lies in Maildirs.

Two of its versions are written for: 2.3, which Debian has, and 2.4, whose configuration is another language.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
from base64 import b64decode
from pathlib import Path

from tests.parts.choice import find_programs
from tests.parts.container import Container
from tests.parts.ports import free_ports
from tests.parts.process import Process
from tests.parts.server import Server

_PORT = 24
_ROOT_2_3 = """
protocols = lmtp
base_dir = {base}/run
log_path = /dev/stderr
auth_mechanisms = plain
ssl = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{base}/mail/%u
mail_plugins = quota
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
hostname = dovecot.test
quota_full_tempfail = no
plugin {{
  quota = maildir:User quota
  quota_grace = 0
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = {base}/users
}}
userdb {{
  driver = passwd-file
  args = {base}/users
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
  unix_listener {base}/lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
_ROOT_2_4 = """
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.0
protocols = lmtp
log_path = /dev/stderr
base_dir = /run/dovecot
state_dir = /run/dovecot/state
default_internal_user = vmail
default_internal_group = vmail
default_login_user = vmail
ssl = no
mail_driver = maildir
mail_path = /srv/vmail/%{user}
mailbox_list_layout = maildir++
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
hostname = dovecot.test
quota_full_tempfail = no
mail_plugins {
  quota = yes
}
quota "User" {
  driver = maildir
  storage_grace = 0
}
namespace inbox {
  inbox = yes
  separator = /
}
passdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
userdb passwd-file {
  passwd_file_path = /etc/dovecot/users
}
service lmtp {
  chroot =
  inet_listener lmtp {
    port = 24
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
!include_try conf.d/*.conf
"""


class Dovecot(Server):
    """A Dovecot of our own, with the mailboxes of `users`; who is `limited` has room for one message."""

    def __init__(self, users: tuple[str, ...], limited: tuple[str, ...] = ()) -> None:
        super().__init__()
        (self.port,) = free_ports(1)
        programs = find_programs("dovecot-lmtpd", _find_programs)
        lines = [_user(name, is_limited=name in limited, is_new=programs is None) for name in (*users, *limited)]
        if programs is None:
            self.runner = _container(self.port, lines)
        else:
            self.runner = _process(programs, self.directory, self.port, lines)

    @property
    def url(self) -> str:
        """Its address as LMTP_SERVER has it."""
        return f"127.0.0.1:{self.port}"

    @property
    def socket_path(self) -> Path | None:
        """Its socket on this machine; None where it is inside a container."""
        return None if isinstance(self.runner, Container) else self.directory / "lmtp"

    def answers(self) -> bool:
        """Whether it greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    def messages(self, user: str, folder: str = "") -> list[bytes]:
        """Give what lies in a folder of a mailbox."""
        if isinstance(self.runner, Container):
            place = f"/srv/vmail/{user}/{folder}"
            listed = self.runner.execute("sh", "-c", f"ls '{place}/new' 2>/dev/null || true").split()
            return [b64decode(self.runner.execute("base64", f"{place}/new/{name}")) for name in listed]
        new = self.directory / "mail" / user / folder / "new"
        return [path.read_bytes() for path in sorted(new.glob("*"))]

    def _discard(self) -> None:
        if isinstance(self.runner, Container):
            self.runner.remove()
        else:
            self.runner.stop(10)


def _user(name: str, *, is_limited: bool, is_new: bool) -> str:
    limit = "userdb_quota_message_count=1" if is_new else "userdb_quota_rule=*:messages=1"
    return f"{name}:{{PLAIN}}unused::::::{limit if is_limited else ''}\n"


def _find_programs() -> Path | None:
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if found is None or not Path("/usr/lib/dovecot/lmtp").exists():
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return Path(found).parent if version.startswith("2.3.") else None


def _process(programs: Path, directory: Path, port: int, users: list[str]) -> Process:
    """Write its configuration below `directory`, and give the process that serves it."""
    user = _user_to_be()
    group = pwd.getpwnam(user)
    (directory / "dovecot.conf").write_text(
        _ROOT_2_3.format(base=directory, user=user, group=_group_name(group.pw_gid), port=port)
    )
    (directory / "users").write_text("".join(users))
    (directory / "mail").mkdir(mode=0o700)
    directory.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(directory / "mail", group.pw_uid, group.pw_gid)
    return Process(
        [str(programs / "dovecot"), "-F", "-c", str(directory / "dovecot.conf")],
        environment={"PATH": os.environ["PATH"]},
        directory=directory,
    )


def _user_to_be() -> str:
    """Give whom its processes run as: it refuses to store mail as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "dovenull" if "dovenull" in known else "nobody"


def _group_name(number: int) -> str:
    return grp.getgrgid(number).gr_name


def _container(port: int, users: list[str]) -> Container:
    configuration = _ROOT_2_4.strip()
    script = (
        f"cat > /etc/dovecot/dovecot.conf <<'END'\n{configuration}\nEND\n"
        f"cat > /etc/dovecot/users <<'END'\n{''.join(users)}END\nexec dovecot -F"
    )
    return Container(
        os.environ.get("TEST_DOVECOT_IMAGE", "dovecot/dovecot:2.4.1-root"),
        port=_PORT,
        host_port=port,
        environment={},
        arguments=("sh", "-c", script),
    )
