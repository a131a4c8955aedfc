"""What an addon may be, as the deployment says: programs below one directory, hooks at hosts that are named.

Whoever may write addons over REST decides with this what runs on the server and where mail goes: so neither is to be
had without the deployment. Asked when an addon is written, and again whenever it is run.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from mailcore.environment import Environment

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class AddonLimits:
    """The directory of the programs, and the hosts of the hooks."""

    directory: Path | None = None
    hosts: tuple[str, ...] = ()
    """`host`, for its usual ports, or `host:port`; in lower case."""

    @classmethod
    def of(cls, environment: Environment) -> Self:
        """Take them from the environment."""
        return cls(environment.addons_dir, environment.addon_hosts)

    def program(self, name: str) -> Path:
        """Give the path of a program, looked at now. Raises ValueError, saying why it may not or cannot be run."""
        if self.directory is None:
            raise ValueError("no programs may be run here: ADDONS_DIR is not set for this deployment")
        root = self.directory.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise ValueError(f"{name!r} is not below ADDONS_DIR; a program is named by its path below it")
        if not path.is_file():
            raise ValueError(f"there is no program {name!r} below ADDONS_DIR")
        if not os.access(path, os.X_OK):
            raise ValueError(f"{name!r} below ADDONS_DIR is not executable")
        return path

    def url(self, text: str) -> str:
        """Give the address of a hook. Raises ValueError, saying why mail may not be sent there."""
        parts = urlsplit(text)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("a hook has a url of http or https with a host")
        if parts.username is not None or parts.fragment or not text.isascii() or not text.isprintable():
            raise ValueError("a url of a hook is ASCII, without user, password and fragment")
        try:
            port = parts.port or _PORTS[parts.scheme]
        except ValueError as error:
            raise ValueError(f"the port is none: {error}") from None
        names = {f"{parts.hostname}:{port}"} | ({parts.hostname} if port == _PORTS[parts.scheme] else set())
        if not names.intersection(self.hosts):
            allowed = ", ".join(self.hosts) or "none: ADDON_HOSTS is not set for this deployment"
            raise ValueError(f"{parts.hostname}:{port} is no host that hooks may be at; allowed: {allowed}")
        return text
