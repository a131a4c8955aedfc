import stat
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from ingress.self_signed import ensure_self_signed, make_self_signed

NOW = time.time()


def common_name(pem: bytes) -> str:
    return x509.load_pem_x509_certificate(pem).subject.rfc4514_string()


def test_a_self_signed_certificate_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    path = ensure_self_signed(tmp_path / "tls", "mx.example.com", NOW)
    made = path.read_bytes()
    assert common_name(made) == "CN=mx.example.com"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ensure_self_signed(tmp_path / "tls", "mx.example.com", NOW) == path
    assert path.read_bytes() == made
    assert [entry.name for entry in path.parent.iterdir()] == ["self-signed.pem"]


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_one_that_ends_soon_or_is_spoilt_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    path = ensure_self_signed(tmp_path / "tls", "mx.example.com", NOW)
    made = path.read_bytes()
    if content is not None:
        path.write_bytes(content)
    later = NOW if content is not None else NOW + 3640 * 86400
    ensure_self_signed(tmp_path / "tls", "mx.example.com", later)
    assert path.read_bytes() not in {made, content}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("hostname", "name"),
    [
        ("mx.example.com", x509.DNSName("mx.example.com")),
        ("bücher.example.com", x509.DNSName("xn--bcher-kva.example.com")),
        ("a" * 60 + ".example.com", x509.DNSName("a" * 60 + ".example.com")),
        ("bad_name", x509.DNSName("localhost")),
        ("192.0.2.1", x509.IPAddress(ip_address("192.0.2.1"))),
    ],
)
def test_the_name_in_it(hostname: str, name: x509.GeneralName) -> None:
    made = x509.load_pem_x509_certificate(make_self_signed(hostname, datetime.fromtimestamp(NOW, UTC)))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [name]
