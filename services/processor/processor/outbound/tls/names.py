"""Whether a certificate is for a name (RFC 6125 6.4, RFC 7672 3.2.3). Pure."""

from collections.abc import Iterable

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID


def is_for(certificate: x509.Certificate, names: Iterable[str]) -> bool:
    """Whether one of `names` (A-labels) is the certificate's: among its DNS names, else, where it has none, its CN."""
    presented = _dns_names(certificate) or _common_names(certificate)
    return any(matches(pattern, name) for pattern in presented for name in names)


def matches(pattern: str, name: str) -> bool:
    """Whether `pattern` is `name`, or stands for it: `*` is one whole label, the first."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return bool(pattern) and pattern == name
    label, dot, rest = name.partition(".")
    # `*.test` would be for every domain of a top level.
    return bool(label and dot) and "." in rest and rest == pattern[2:]


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except (x509.ExtensionNotFound, ValueError):  # ValueError: an extension that cannot be read
        return []
    return found.get_values_for_type(x509.DNSName) if isinstance(found, x509.SubjectAlternativeName) else []


def _common_names(certificate: x509.Certificate) -> list[str]:
    return [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
