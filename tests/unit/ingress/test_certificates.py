import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingress.certificates import CertificateFiles, LiveCertificate, certificate_files
from ingress.self_signed import make_self_signed
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError

NOW = time.time()


def write(path: Path, hostname: str) -> CertificateFiles:
    path.write_bytes(make_self_signed(hostname, datetime.fromtimestamp(NOW, UTC)))
    return CertificateFiles(path, path)


def test_a_changed_certificate_is_taken_up(tmp_path: Path) -> None:
    live = LiveCertificate(write(tmp_path / "both.pem", "one.example.com"))
    first = live.context
    assert not live.reload_if_changed()
    write(tmp_path / "both.pem", "two.example.com")
    assert live.reload_if_changed()
    assert live.context is not first
    assert not live.reload_if_changed()


@pytest.mark.parametrize("spoilt", [b"", b"no PEM", None])
def test_a_spoilt_certificate_leaves_the_old_one(tmp_path: Path, spoilt: bytes | None) -> None:
    path = tmp_path / "both.pem"
    live = LiveCertificate(write(path, "one.example.com"))
    first = live.context
    if spoilt is None:
        path.unlink()
    else:
        path.write_bytes(spoilt)
    assert not live.reload_if_changed()
    assert live.context is first
    write(path, "two.example.com")
    assert live.reload_if_changed()


@pytest.mark.parametrize("content", [None, b"no PEM"])
def test_a_certificate_that_cannot_be_used_is_a_configuration_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "both.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"TLS_CERT, TLS_KEY: cannot use .*both\.pem"):
        LiveCertificate(CertificateFiles(path, path))


def test_the_given_files_are_used(tmp_path: Path) -> None:
    environment = Environment(tls_cert=tmp_path / "chain.pem", tls_key=tmp_path / "key.pem", data_dir=tmp_path)
    assert certificate_files(environment, NOW) == CertificateFiles(tmp_path / "chain.pem", tmp_path / "key.pem")
    assert not (tmp_path / "tls").exists()
