"""`python -m deploy.prepare`: prepare the volumes below /volumes for the host name in HOSTNAME_FQDN."""

import os
import time
from pathlib import Path
from urllib.parse import quote

from deploy.prepare.delivery import deliver, own
from deploy.prepare.passwords import Passwords
from deploy.prepare.secret_files import secret_files

from ingress.self_signed import ensure_self_signed
from mailcore.secrets import make_key_file

VOLUMES = Path("/volumes")
SERVICES = 1000
"""uid of our services and of Dovecot."""
SERVERS = 999
"""uid of `postgres` and of `rabbitmq` in their images."""


def main() -> None:
    """Prepare everything."""
    os.umask(0o077)
    hostname = os.environ.get("HOSTNAME_FQDN") or "localhost"  # noqa: TID251 - this is a composition root
    kept = VOLUMES / "kept"
    passwords = Passwords.keep(kept)
    # One per host name, so that another name gets a certificate of its own.
    certificate = ensure_self_signed(kept / "tls" / quote(hostname, safe=""), hostname, time.time()).read_bytes()
    key = kept / "key"
    make_key_file(key)
    owners = {"postgres": SERVERS, "rabbitmq": SERVERS, "services": SERVICES, "dovecot": SERVICES}
    for consumer, files in secret_files(passwords, certificate, key.read_bytes()).items():
        deliver(VOLUMES / consumer, files, owner=owners[consumer])
    for directory in ("mail", "content"):
        own(VOLUMES / directory, owner=SERVICES)


if __name__ == "__main__":
    main()
