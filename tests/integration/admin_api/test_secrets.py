"""Passwords and tokens go in and never come out."""

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from sqlalchemy import select, text

from mailcore.db.tables import account
from mailcore.log import TALKATIVE, configure_logging
from mailcore.passwords import Passwords
from mailcore.platform import Platform

PASSWORDS = ("correct horse battery", "pâsswörd 飛脚 ☂", "second secret of hers")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Give what is logged, everything down to debug, as the services log it."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("debug", "json", service="admin-api", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


async def test_passwords_never_come_back(
    written: io.StringIO, api: httpx.AsyncClient, example_com: str, platform: Platform
) -> None:
    one = f"/accounts/ayumi@{example_com}"
    answers = [
        await api.post("/accounts", json={"address": f"ayumi@{example_com}", "password": PASSWORDS[0]}),
        await api.post("/accounts", json={"address": f"ayumi@{example_com}", "password": PASSWORDS[0]}),
        await api.post("/accounts", json={"address": "nonsense", "password": PASSWORDS[0]}),
        await api.post("/accounts", json={"address": f"b@{example_com}", "password": [PASSWORDS[0]]}),
        await api.post("/accounts", json={"address": f"b@{example_com}", "passwords": PASSWORDS[0]}),
        await api.patch(one, json={"password": PASSWORDS[1]}),
        await api.patch(one, json={"password": PASSWORDS[2]}),
        await api.patch(one, json={"password": PASSWORDS[2], "enabled": "no"}),
        await api.get(one),
        await api.get("/accounts"),
        await api.get("/audit"),
        await api.patch(one, json={"password": None}),
        await api.get("/audit"),
    ]
    assert [answer.status_code for answer in answers] == [
        201,
        409,
        422,
        422,
        422,
        200,
        200,
        422,
        200,
        200,
        200,
        200,
        200,
    ]
    async with platform.database.read() as connection:
        audited = str((await connection.execute(text("SELECT before, after FROM audit"))).all())
    everything = "".join(answer.text for answer in answers) + written.getvalue() + audited
    assert "request" in {json.loads(line)["event"] for line in written.getvalue().splitlines()}
    for secret in (*PASSWORDS, "$argon2"):
        assert secret not in everything
        assert secret.encode("unicode_escape").decode() not in everything


async def test_passwords_are_argon2id_that_verifies(
    api: httpx.AsyncClient, example_com: str, platform: Platform, passwords: Passwords
) -> None:
    async def stored() -> str | None:
        async with platform.database.read() as connection:
            value: str | None = (await connection.execute(select(account.c.password_hash))).scalar_one()
            return value

    await api.post("/accounts", json={"address": f"ayumi@{example_com}", "password": PASSWORDS[0]})
    first = await stored()
    assert first is not None
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(PASSWORDS[0], first)
    await api.patch(f"/accounts/ayumi@{example_com}", json={"password": PASSWORDS[1]})
    assert await passwords.verify(PASSWORDS[1], await stored())
    assert not await passwords.verify(PASSWORDS[0], await stored())
    await api.patch(f"/accounts/ayumi@{example_com}", json={"password": None})
    assert await stored() is None


async def test_a_changed_password_is_noted_as_changed(api: httpx.AsyncClient, example_com: str) -> None:
    one = f"/accounts/ayumi@{example_com}"
    await api.post("/accounts", json={"address": f"ayumi@{example_com}"})
    await api.patch(one, json={"password": PASSWORDS[0]})
    (entry, _) = (await api.get("/audit", params={"entity": "account"})).json()["items"]
    assert entry["after"]["password"] == "changed"


async def test_tokens_are_stored_as_hashes(api: httpx.AsyncClient, platform: Platform, admin_token: str) -> None:
    made = (await api.post("/tokens", json={"name": "console", "scopes": ["read"]})).json()["token"]
    async with platform.database.read() as connection:
        rows = str((await connection.execute(text("SELECT * FROM token"))).all())
    assert "console" in rows
    assert made not in rows
    assert admin_token not in rows
