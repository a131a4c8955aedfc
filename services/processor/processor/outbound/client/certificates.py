"""What a TLS handshake failed at, in the words of RFC 8460 4.3. Pure."""

import ssl

from processor.outbound.client.answer import Answer, TlsFailed
from processor.outbound.tls.policy import FailureType

# X509_V_ERR_*; RFC 5280's names stand beside them in x509_vfy.h of OpenSSL.
_EXPIRED = frozenset({9, 10})
_OTHER_HOST = frozenset({62, 64})
_NOT_TRUSTED = frozenset({2, 18, 19, 20, 21, 24, 27})


def handshake_failure(error: Exception) -> TlsFailed:
    """Give what to raise for a handshake that ended in `error`."""
    why = str(error) or "no TLS in time"
    return TlsFailed(Answer("tls", why=f"the TLS handshake failed: {why}", status="4.7.5"), _kind(error))


def _kind(error: Exception) -> FailureType:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "validation-failure"
    code = error.verify_code
    if code in _EXPIRED:
        return "certificate-expired"
    if code in _OTHER_HOST:
        return "certificate-host-mismatch"
    return "certificate-not-trusted" if code in _NOT_TRUSTED else "validation-failure"
