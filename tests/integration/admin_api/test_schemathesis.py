"""What a client may send that nobody thought of: requests made from the OpenAPI document itself, all checks on."""

import asyncio
import os
import sys
from pathlib import Path

import httpx

from admin_api.app import AdminService
from mailcore.platform import Platform

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "75"))
"""How long requests are made."""

ARGUMENTS = (
    "--checks=all",
    "--phases=examples,coverage,fuzzing,stateful",
    "--mode=all",
    "--max-examples=30",
    f"--max-time={SECONDS}",
    "--seed=20260301",
    "--continue-on-failure",
    "--generation-database=none",
    "--suppress-health-check=all",
    "--warnings=off",
    "--no-color",
)

# No schema can say which domains are managed, which addresses are local, or what the ETag is at the moment.
CONFIGURATION = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "412", "422"]
"""

# Once the run has made another token with the scope admin, it may revoke its own and see nothing but 401 from there on.
HOOKS = """
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method.upper() == "DELETE" and str((case.path_parameters or {}).get("token_id")) == "1":
        case.path_parameters["token_id"] = 999_999
"""


async def test_nothing_is_found(platform: Platform, admin_token: str, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    (tmp_path / "hooks.py").write_text(HOOKS)
    service = AdminService(platform)
    ports = await service.start()
    address = f"http://127.0.0.1:{ports['admin']}"
    authorization = f"Bearer {admin_token}"
    try:
        async with httpx.AsyncClient(base_url=f"{address}/api/v1", headers={"Authorization": authorization}) as client:
            await client.post("/domains", json={"name": "example.com"})
            process = await asyncio.create_subprocess_exec(
                str(Path(sys.executable).with_name("schemathesis")),
                "run",
                f"{address}/openapi.json",
                f"--header=Authorization: {authorization}",
                *ARGUMENTS,
                cwd=tmp_path,
                env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            output, _ = await process.communicate()
            assert (await client.get("/tokens")).status_code == 200
    finally:
        await service.stop(5)
    assert process.returncode == 0, output.decode()
