"""The certificate that TLS sessions are shown: the operator's, or a self-signed one made once below DATA_DIR.

Used by `app`. A certificate that changes on disk is taken up for new handshakes; sessions under way go on undisturbed.
"""

import asyncio
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

import structlog

from ingress.self_signed import ensure_self_signed
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError

POLL_SECONDS = 3.0
"""How often the files are looked at."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where chain and private key are, in PEM; the same file for both is allowed."""

    chain: Path
    key: Path

    @property
    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when a file does. Raises OSError."""
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in (self.chain.stat(), self.key.stat()))

    def load(self) -> ssl.SSLContext:
        """Give a context for servers that shows this certificate. Raises OSError, of which ssl.SSLError is one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.load_cert_chain(self.chain, self.key)
        return context


def certificate_files(environment: Environment, now: float) -> CertificateFiles:
    """Give the files of TLS_CERT and TLS_KEY, or that of a self-signed certificate, made when there is none."""
    if environment.tls_cert is not None and environment.tls_key is not None:
        return CertificateFiles(environment.tls_cert, environment.tls_key)
    both = ensure_self_signed(environment.data_dir / "tls", environment.hostname_fqdn, now)
    return CertificateFiles(both, both)


class LiveCertificate:
    """The TLS context for the next handshake, which follows its files."""

    def __init__(self, files: CertificateFiles) -> None:
        """Load the files. Raises ConfigurationError naming the variables when they cannot be used."""
        self._files = files
        try:
            self._stamp = files.stamp
            self.context = files.load()
        except OSError as error:
            raise ConfigurationError(
                f"TLS_CERT, TLS_KEY: cannot use {os.fspath(files.chain)} and {os.fspath(files.key)}: {error}; "
                "allowed are PEM files of a certificate chain and of its private key"
            ) from None

    async def watch(self) -> None:
        """Look after the files until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self.reload_if_changed()

    def reload_if_changed(self) -> bool:
        """Take up a certificate that has changed; one that cannot be used is logged, and the old one stays."""
        try:
            stamp = self._files.stamp
            if stamp == self._stamp:
                return False
            self.context = self._files.load()
        except OSError as error:
            log.warning("cannot take up the changed certificate, keeping the old one", reason=str(error))
            return False
        self._stamp = stamp
        log.info("certificate reloaded", file=os.fspath(self._files.chain))
        return True
