"""Every command of the READMEs, and of the tour of lists, is run, here or by the tests named beside its kind.

A block's kind stands behind its language: `run` starts the standalone form, `tour` is typed beside it, `compose` needs
a Docker engine (tests/compose runs those), `test` is the run that this test is part of.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.added_fields import ADDED
from tests.e2e.service import wait_until
from tests.fakes.empty_dns import empty_dns
from tests.parts.ports import free_ports

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.ja.md"]
BLOCK = re.compile(r"^```(\w*) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_COMMANDS = 6


def blocks(readme: str, kind: str) -> list[str]:
    found = BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))
    return [text for _, given, text in found if given == kind]


@pytest.mark.parametrize("readme", READMES)
def test_every_block_of_commands_says_how_it_is_tested(readme: str) -> None:
    found = BLOCK.findall((ROOT / readme).read_text(encoding="utf-8"))
    kinds = [kind for language, kind, _ in found if language]
    assert set(kinds) == {"run", "tour", "compose", "test"}


def test_both_languages_have_the_same_commands() -> None:
    for kind in ("tour", "compose", "test"):
        assert blocks("README.md", kind) == blocks("README.ja.md", kind)


@pytest.mark.parametrize(
    "target", re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
)
def test_every_target_named_there_exists(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_compose_commands_are_the_ones_that_the_compose_tests_run() -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/compose").glob("*.py"))
    for option in ("--build", "--detach", "--scale"):
        assert any(option in block for block in blocks("README.md", "compose"))
        assert option.removeprefix("--") in tested


@contextmanager
def running(directory: Path, block: str) -> Iterator[dict[str, str]]:
    """Type a `run` block, on free ports and with data below `directory`; give what stands for what in other blocks."""
    smtp, admin, *others = free_ports(6)
    names = ("SUBMISSION_PORT", "SUBMISSIONS_PORT", "PUBLIC_PORT", "HEALTH_PORT")
    ports = {"SMTP_PORT": smtp, "ADMIN_PORT": admin} | dict(zip(names, others, strict=True))
    environment = os.environ | {name: str(port) for name, port in ports.items()}
    environment |= {"DATA_DIR": str(directory / "data"), "VENV": sys.prefix, "DNS_SERVERS": empty_dns()}
    for name in ("DATABASE_URL", "AMQP_URL", "MAKEFLAGS", "MAKELEVEL"):
        environment.pop(name, None)
    log = directory / "run.log"
    with log.open("wb") as output:
        shell = subprocess.Popen(
            ["bash", "-ec", block], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(lambda: "\nready smtp=" in f"\n{log.read_text()}" or shell.poll() is not None, 90, what="ready")
        assert shell.poll() is None, log.read_text()
        yield {"127.0.0.1:8080": f"127.0.0.1:{admin}", "2525": str(smtp), "data/": f"{directory}/data/"}
        os.killpg(shell.pid, signal.SIGTERM)
        shell.wait(40)
        assert "Traceback" not in log.read_text()
        assert re.search("stopped|stopping", log.read_text())
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()


@pytest.mark.parametrize("readme", READMES)
def test_the_tour(readme: str, tmp_path: Path) -> None:
    (run,) = blocks(readme, "run")
    (tour,) = blocks(readme, "tour")
    commands = tour.strip().splitlines()
    assert len(commands) <= MOST_COMMANDS
    with running(tmp_path, run) as replacements:
        # As quickly as if the whole block had been pasted.
        typed = "".join(f"echo ==\n{command}\necho\n" for command in commands)
        for written, here in replacements.items():
            typed = typed.replace(written, here)
        result = subprocess.run(
            ["bash", "-euc", typed], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
        )
    assert result.returncode == 0, result.stdout + result.stderr
    _, domain, account, _, mailbox, trace = [part.strip() for part in result.stdout.split("==\n")[1:]]
    assert json.loads(domain)["name"] == "example.com"
    assert json.loads(account)["address"] == "alice@example.com"
    assert "password" not in json.loads(account)
    added, _, _ = mailbox.partition("Subject: Hello\n\nHello, Alice.")
    assert added.startswith("Return-Path: <bob@example.org>\nDelivered-To: alice@example.com\n")
    assert ADDED.fullmatch(added.encode())
    assert mailbox.endswith("Subject: Hello\n\nHello, Alice.")
    (item,) = json.loads(trace)["items"]
    assert item["sender"] == "bob@example.org"


def test_the_tour_of_lists(tmp_path: Path) -> None:
    """The page on lists goes on where the README's tour has ended."""
    (run,) = blocks("README.md", "run")
    (variables, domain, account) = blocks("README.md", "tour")[0].splitlines()[:3]
    lists = "\n".join(blocks("docs/lists.md", "tour"))
    waiting = "until grep -qs Herons data/mail/example.com/alice/new/*; do sleep 0.1; done;"
    assert lists.count("sleep 1;") == 1
    typed = "\n".join((variables, domain, account, lists.replace("sleep 1;", waiting)))
    with running(tmp_path, run) as replacements:
        for written, here in replacements.items():
            typed = typed.replace(written, here)
        result = subprocess.run(
            ["bash", "-euc", typed], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
        )
    assert result.returncode == 0, result.stdout + result.stderr
    told = result.stdout
    assert '"added":2,"changed":0,"unchanged":0,"errors":[]' in told
    assert "550, b'5.7.2 The mailing list takes no such post: only members may post to the list'" in told
    assert "Subject: [birds:00001] Herons\n" in told
    assert '"posting":"anyone"' in told.rpartition('"moderation":"non_members"')[0]
