"""Makes the certificate of a server that was given none: opportunistic TLS is better than none (RFC 7435)."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mailcore.address import domain_to_ascii

_VALID = timedelta(days=3650)
_RENEW_BEFORE = timedelta(days=30)
_MOST_COMMON_NAME = 64


def ensure_self_signed(directory: Path, hostname: str, now: float) -> Path:
    """Give a PEM file with a self-signed certificate and its key, readable by this user alone.

    Made once: another process that is as quick finds the first one's. Made anew when it ends within a month.
    Raises OSError when the directory cannot be written.
    """
    path = directory / "self-signed.pem"
    moment = datetime.fromtimestamp(now, UTC)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ending = path.exists() and _ends_before(path, moment + _RENEW_BEFORE)
    if path.exists() and not ending:
        return path
    descriptor, name = tempfile.mkstemp(dir=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(make_self_signed(hostname, moment))
            file.flush()
            os.fsync(file.fileno())
        if ending:
            Path(name).replace(path)
        else:
            _link_if_first(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def make_self_signed(hostname: str, moment: datetime) -> bytes:
    """Give the PEM of a new private key (P-256) and of a certificate for `hostname` under it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hostname[:_MOST_COMMON_NAME])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + _VALID)
        .add_extension(x509.SubjectAlternativeName([_general_name(hostname)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(hostname: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(hostname.strip("[]")))
    except ValueError:
        pass
    try:
        return x509.DNSName(domain_to_ascii(hostname))
    except ValueError:
        return x509.DNSName("localhost")


def _ends_before(path: Path, moment: datetime) -> bool:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc < moment
    except ValueError:
        # Not a certificate at all: to be made anew like one that has ended.
        return True


def _link_if_first(name: str, path: Path) -> None:
    try:
        os.link(name, path)
    except FileExistsError:
        return
