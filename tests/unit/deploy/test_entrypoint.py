import os
import subprocess
from pathlib import Path

ENTRYPOINT = Path(__file__).parents[3] / "deploy" / "entrypoint.sh"


def _run(command: str, **environment: str) -> str:
    done = subprocess.run(
        [ENTRYPOINT, "sh", "-c", command],
        env={"PATH": "/usr/bin:/bin"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_secret_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://a:$x '\"@b/c\n")
    assert _run('printf %s "$DATABASE_URL"', DATABASE_URL_FILE=str(tmp_path / "url")) == "postgresql://a:$x '\"@b/c"


def test_without_a_file_the_variable_stays() -> None:
    assert _run('printf %s "$ADMIN_TOKEN"', ADMIN_TOKEN="given") == "given"


def test_a_missing_file_ends_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [ENTRYPOINT, "true"], env={"PATH": "/usr/bin:/bin", "AMQP_URL_FILE": str(tmp_path / "none")}, check=False
    )
    assert done.returncode != 0


def test_what_it_starts_writes_for_itself_alone() -> None:
    assert _run("umask") == "0077"


def test_the_command_takes_its_place() -> None:
    assert _run("echo $PPID") == str(os.getpid())
