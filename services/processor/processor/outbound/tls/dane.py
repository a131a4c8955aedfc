"""Whether a server's certificates are those that its TLSA records name (RFC 6698, RFC 7671, RFC 7672). Pure.

DANE-EE(3) and DANE-TA(2) count; the other usages rest on authorities that mail servers have no common list of, and are
unusable (RFC 7672 3.1.3). A bare key of a trust anchor (2 1 0) is found only among the certificates that are sent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256, sha512

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509 import verification

from mailcore.dns.interface import Tlsa
from processor.outbound.tls.names import is_for
from processor.outbound.tls.policy import FailureType

_TA, _EE = 2, 3
_FULL, _SHA256, _SHA512 = 0, 1, 2
_CERTIFICATE, _KEY = 0, 1
_SIZES = {_SHA256: 32, _SHA512: 64}


@dataclass(frozen=True, slots=True)
class Anchors:
    """The records that a server's certificates are held against."""

    base: str
    """The TLSA base domain (RFC 7672 2.2.3): the name that is asked for by SNI."""
    records: tuple[Tlsa, ...]
    """The usable ones; one at least."""
    names: tuple[str, ...] = ()
    """What a certificate below a trust anchor may be for (RFC 7672 3.2.2)."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why certificates are not those that the records name."""

    type: FailureType
    why: str


def usable(records: Iterable[Tlsa]) -> tuple[Tlsa, ...]:
    """Give the records that can be used, of several digests of one thing the strongest (RFC 7671 9)."""
    known = [record for record in records if _is_usable(record)]
    strongest: dict[tuple[int, int], int] = {}
    for record in known:
        key = record.usage, record.selector
        strongest[key] = max(strongest.get(key, _FULL), record.matching_type)
    return tuple(one for one in known if one.matching_type in {_FULL, strongest[one.usage, one.selector]})


def mismatch(anchors: Anchors, chain: Sequence[bytes], now: datetime) -> Mismatch | None:
    """Say why the certificates (DER, the server's own first) are not those of the records; None: they are.

    For DANE-EE neither names nor dates count (RFC 7672 3.1.1).
    """
    try:
        certificates = [x509.load_der_x509_certificate(octets) for octets in chain]
    except ValueError as error:
        return Mismatch("validation-failure", f"a certificate cannot be read: {error}")
    if not certificates:
        return Mismatch("validation-failure", "the server sent no certificate")
    own, *issuers = certificates
    if any(record.usage == _EE and _is_of(record, own) for record in anchors.records):
        return None
    return _below_anchors(anchors, own, issuers, now)


def _below_anchors(
    anchors: Anchors, own: x509.Certificate, issuers: Sequence[x509.Certificate], now: datetime
) -> Mismatch | None:
    """Say why a certificate is not one for the right name below a trust anchor of the records."""
    trusted = _trust_anchors([record for record in anchors.records if record.usage == _TA], issuers)
    if not trusted:
        return Mismatch("certificate-not-trusted", "no certificate is named by the TLSA records")
    why = _broken_chain(own, issuers, trusted, now)
    if why is not None:
        return Mismatch("certificate-not-trusted", f"no valid chain leads to the trust anchor: {why}")
    if not is_for(own, anchors.names):
        return Mismatch("certificate-host-mismatch", f"the certificate is for none of {', '.join(anchors.names)}")
    return None


def _is_usable(record: Tlsa) -> bool:
    if record.usage not in {_TA, _EE} or record.selector not in {_CERTIFICATE, _KEY}:
        return False
    if record.matching_type != _FULL:
        return _SIZES.get(record.matching_type) == len(record.data)
    try:
        if record.selector == _CERTIFICATE:
            x509.load_der_x509_certificate(record.data)
        else:
            load_der_public_key(record.data)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _is_of(record: Tlsa, certificate: x509.Certificate) -> bool:
    if record.selector == _CERTIFICATE:
        octets = certificate.public_bytes(Encoding.DER)
    else:
        try:
            key = certificate.public_key()
        except (ValueError, UnsupportedAlgorithm):
            return False
        octets = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    match record.matching_type:
        case 0:
            return octets == record.data
        case 1:
            return sha256(octets).digest() == record.data
        case _:
            return sha512(octets).digest() == record.data


def _trust_anchors(records: Sequence[Tlsa], issuers: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Give the anchors among what was sent, and those that stand whole in the records."""
    sent = [issuer for issuer in issuers if any(_is_of(record, issuer) for record in records)]
    whole = [one.data for one in records if one.selector == _CERTIFICATE and one.matching_type == _FULL]
    return [*sent, *map(x509.load_der_x509_certificate, whole)]


def _broken_chain(
    own: x509.Certificate, issuers: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], now: datetime
) -> str | None:
    """Say why no chain leads to an anchor. Of extensions only what makes an authority is asked: these are private."""
    any_extension = verification.ExtensionPolicy.permit_all()
    authority = any_extension.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
    builder = verification.PolicyBuilder().store(verification.Store(list(trusted))).time(now)
    # It is the one of the verifiers that leaves the name to its caller: here several are right.
    verifier = builder.extension_policies(ca_policy=authority, ee_policy=any_extension).build_client_verifier()
    try:
        verifier.verify(own, list(issuers))
    except (verification.VerificationError, ValueError) as error:
        return str(error)
    return None
