"""What each container may do, as the engine sees it."""

import json
import os
import subprocess
from typing import Any

import pytest
from tests.compose.project import ROOT, Project

pytestmark = pytest.mark.compose

OURS = ("ingress", "processor", "admin-api")
SERVICES = (*OURS, "dovecot", "postgres", "rabbitmq")
ONE_SHOT = ("prepare", "migrate")
KEPT_CAPABILITIES = {"prepare": ["CHOWN"], "dovecot": ["SYS_CHROOT"]}
MOST_BYTES = 260_000_000


@pytest.mark.parametrize("service", SERVICES)
def test_it_runs_and_is_healthy(project: Project, service: str) -> None:
    state = project.inspect(service)["State"]
    assert state["Running"]
    assert state["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", ONE_SHOT)
def test_what_runs_once_has_ended_well(project: Project, service: str) -> None:
    state = project.inspect(service)["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


@pytest.mark.parametrize("service", [*SERVICES, *ONE_SHOT])
def test_it_can_do_little(project: Project, service: str) -> None:
    host = project.inspect(service)["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert (host["CapAdd"] or []) == KEPT_CAPABILITIES.get(service, [])
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert not host["Privileged"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert host["LogConfig"]["Config"].keys() == {"max-size", "max-file"}
    assert host["RestartPolicy"]["Name"] == ("no" if service in ONE_SHOT else "unless-stopped")


@pytest.mark.parametrize("service", [*SERVICES, "migrate"])
def test_it_is_not_root(project: Project, service: str) -> None:
    user = project.inspect(service)["Config"]["User"]
    assert user == ("999:999" if service in {"postgres", "rabbitmq"} else "1000:1000")


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_published_on_loopback_only(project: Project, service: str) -> None:
    published = project.inspect(service)["HostConfig"]["PortBindings"] or {}
    assert {binding["HostIp"] for bindings in published.values() for binding in bindings} <= {"127.0.0.1"}
    assert bool(published) == (service in {"ingress", "admin-api", "dovecot"})


def test_database_and_broker_reach_nothing_outside(project: Project) -> None:
    for service in ("postgres", "rabbitmq"):
        networks: dict[str, Any] = project.inspect(service)["NetworkSettings"]["Networks"]
        assert set(networks) == {f"{project.name}_backend"}
    described = subprocess.run(
        ["docker", "network", "inspect", f"{project.name}_backend"], capture_output=True, check=True
    )
    assert json.loads(described.stdout)[0]["Internal"]


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_stands_in_the_definition_of_a_container(project: Project, service: str) -> None:
    environment = project.inspect(service)["Config"]["Env"]
    secrets = [each.partition("=")[0] for each in environment if "PASSWORD=" in each or "://" in each]
    assert secrets == []


@pytest.mark.parametrize("service", OURS)
def test_images_are_small_and_hold_no_compiler(project: Project, service: str) -> None:
    image = project.inspect(service)["Image"]
    described = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=True)
    assert json.loads(described.stdout)[0]["Size"] < MOST_BYTES
    compilers = "for name in cc gcc g++ clang make ld as; do command -v $name; done; true"
    assert project.run("exec", "-T", service, "sh", "-c", compilers) == ""


@pytest.mark.parametrize("service", OURS)
def test_each_image_holds_one_service(project: Project, service: str) -> None:
    others = {name.replace("-", "_") for name in OURS} - {service.replace("-", "_")}
    found = "import importlib.util as u, sys; print(*[name for name in sys.argv[1:] if u.find_spec(name)])"
    assert project.run("exec", "-T", service, "python", "-c", found, *others).split() == []


@pytest.mark.parametrize("service", OURS)
def test_its_files_are_for_its_user_alone(project: Project, service: str) -> None:
    begun = "grep -h ^Umask: /proc/1/status /proc/[0-9]*/status | sort -u"
    assert "0077" in project.run("exec", "-T", service, "sh", "-c", begun)


def _rendered(*files: str) -> dict[str, Any]:
    """Give the compose project as it is when no variable is set."""
    named = [part for file in files for part in ("--file", file)]
    done = subprocess.run(
        ["docker", "compose", *named, "config", "--format=json"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
    )
    rendered: dict[str, Any] = json.loads(done.stdout)
    return rendered


def test_nothing_has_to_be_set_first() -> None:
    assert set(_rendered("docker-compose.yml")["services"]) == {*SERVICES, *ONE_SHOT}


def test_ingress_may_be_in_the_network_of_the_host() -> None:
    ingress = _rendered("docker-compose.yml", "deploy/host-network.yml")["services"]["ingress"]
    assert ingress["network_mode"] == "host"
    assert "ports" not in ingress
    assert ingress["environment"]["BIND"] == "127.0.0.1"
