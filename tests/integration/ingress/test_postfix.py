"""Mail from a real Postfix: as another domain's server, and as a client that has us as its smarthost."""

import asyncio
import smtplib
from pathlib import Path

import pytest
from tests.integration.ingress.running import PASSWORD, Ingress
from tests.parts.postfix import Postfix

from mailcore.mail.content import StoredContent

pytestmark = pytest.mark.real

CONTENT = b"Subject: x\r\nFrom: <ada@example.com>\r\n\r\n.\r\n..hidden\r\n" + b"y" * 900 + b"\r\n"


def send(server: Postfix, sender: str, recipients: list[str], content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as client:
        client.sendmail(sender, recipients, content, ["ENVID=QQ1", "RET=HDRS"], ["NOTIFY=FAILURE"])


async def given(ingress: Ingress, server: Postfix, sender: str, recipients: list[str], content: bytes) -> None:
    """Give Postfix a message, and wait until it has handed it over."""
    await asyncio.get_running_loop().run_in_executor(None, send, server, sender, recipients, content)
    async with asyncio.timeout(30):
        while not ingress.accepted:
            await asyncio.sleep(0.05)


async def test_as_its_smarthost_with_a_login_under_tls(ingress: Ingress, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(f"[127.0.0.1]:{ingress.ports['submission']} ada@example.com:{PASSWORD}\n")
    settings = {
        "relayhost": f"[127.0.0.1]:{ingress.ports['submission']}",
        "smtp_sasl_auth_enable": "yes",
        "smtp_sasl_password_maps": f"texthash:{passwords}",
        "smtp_sasl_security_options": "noanonymous",
        "smtp_tls_security_level": "verify",
        "smtp_tls_verify_cert_match": "mx.example.com",
        "smtp_tls_CAfile": str(ingress.platform.environment.data_dir / "tls/self-signed.pem"),
    }
    with Postfix(settings=settings) as server:
        await given(ingress, server, "ada@example.com", ["bea@example.net", "cas@example.net"], CONTENT)
    (mail,) = ingress.accepted
    assert mail.client.account == "ada@example.com"
    assert mail.client.protocol == "ESMTPSA"
    assert [recipient.address for recipient in mail.envelope.recipients] == ["bea@example.net", "cas@example.net"]
    assert (mail.envelope.envid, mail.envelope.ret) == ("QQ1", "HDRS")
    assert {recipient.notify for recipient in mail.envelope.recipients} == {frozenset({"FAILURE"})}


async def test_as_another_domains_server(ingress: Ingress) -> None:
    relay = f"[127.0.0.1]:{ingress.ports['smtp']}"
    content = CONTENT + b"z" * 70 + b"\r\n" + b"large\r\n" * 40_000
    with Postfix(settings={"relayhost": relay, "smtp_tls_security_level": "may"}) as server:
        await given(ingress, server, "cas@example.net", ["ada@example.com"], content)
        log = server.log()
    (mail,) = ingress.accepted
    assert mail.client.protocol == "ESMTPS"
    assert isinstance(mail.content, StoredContent)
    stored = b"".join([piece async for piece in ingress.platform.content.read(mail.content, 0)])
    assert stored.endswith(content.partition(b"\r\n\r\n")[2])
    assert "status=sent" in log
