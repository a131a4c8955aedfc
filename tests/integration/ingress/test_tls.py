"""TLS: what versions are spoken, and what happens when the certificate on disk changes."""

import asyncio
import ssl
from datetime import UTC, datetime

import pytest
from tests.fakes.smtp_client import SmtpClient
from tests.integration.ingress.running import Ingress, trusting

from ingress.self_signed import make_self_signed


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_tls_before_1_2_is_refused(ingress: Ingress, version: ssl.TLSVersion) -> None:
    context = trusting(ingress)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        async with SmtpClient.connected(ingress.ports["submissions"], context):
            pass


async def test_a_changed_certificate_is_shown_to_new_sessions_while_open_ones_go_on(ingress: Ingress) -> None:
    old = trusting(ingress)
    path = ingress.platform.environment.data_dir / "tls/self-signed.pem"
    async with SmtpClient.connected(ingress.ports["submissions"], old) as client:
        await client.greeted()
        path.write_bytes(make_self_signed("new.example.com", datetime.now(UTC)))
        new = trusting(ingress)
        async with asyncio.timeout(6):
            while not await _is_shown(ingress, new):
                await asyncio.sleep(0.2)
        assert not await _is_shown(ingress, old)
        assert (await client.say("NOOP")).startswith("250 ")


async def _is_shown(ingress: Ingress, context: ssl.SSLContext) -> bool:
    try:
        async with SmtpClient.connected(ingress.ports["submissions"], context) as client:
            return (await client.reply()).startswith("220 ")
    except ssl.SSLCertVerificationError:
        return False
