"""A certificate authority for tests: certificates as a test wants them, and contexts that serve or trust them."""

import datetime as dt
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

NOW = dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and those above it up to an authority that signed itself."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()

    @classmethod
    def root(cls, name: str = "Test Root") -> Self:
        """Make an authority."""
        return cls._signed(name, None, is_authority=True)

    def authority(self, name: str = "Test Intermediate") -> "Issued":
        """Make an authority below this one."""
        return self._signed(name, self, is_authority=True)

    def server(self, *names: str, common_name: str = "server", days: tuple[int, int] = (-1, 1)) -> "Issued":
        """Make a certificate for `names`, valid between days from now."""
        return self._signed(common_name, self, names=names, days=days)

    @classmethod
    def _signed(
        cls,
        common_name: str,
        issuer: "Issued | None",
        *,
        names: tuple[str, ...] = (),
        is_authority: bool = False,
        days: tuple[int, int] = (-1, 1),
    ) -> Self:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + dt.timedelta(days=days[0]))
            .not_valid_after(NOW + dt.timedelta(days=days[1]))
        )
        if is_authority:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
        certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
        return cls(certificate, key, (issuer.certificate, *issuer.above) if issuer else ())

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def spki(self) -> bytes:
        """Its public key."""
        return self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def chain(self) -> list[bytes]:
        """What a server sends: itself, and all above."""
        return [self.der, *(one.public_bytes(Encoding.DER) for one in self.above)]

    @property
    def pem(self) -> bytes:
        """The key, the certificate, and all above."""
        key = self.key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return key + b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.above))

    def server_context(self) -> ssl.SSLContext:
        """Give a context that shows this certificate, and all above."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as directory:
            pem = Path(directory) / "all.pem"
            pem.write_bytes(self.pem)
            context.load_cert_chain(pem)
        return context

    def trusting(self) -> ssl.SSLContext:
        """Give a client's context that trusts this authority alone."""
        pem = self.certificate.public_bytes(Encoding.PEM).decode("ascii")
        return ssl.create_default_context(cadata=pem)
