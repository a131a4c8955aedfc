from pathlib import Path

import pytest

from mailcore.addon_limits import AddonLimits

HOOKS = AddonLimits(hosts=("hooks.example.net", "10.0.0.5:8000", "secure.example.net:443"))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.net/scan?x=1",
        "https://hooks.example.net/",
        "https://HOOKS.example.net:443/",
        "http://10.0.0.5:8000/",
        "https://secure.example.net/",
    ],
)
def test_hosts_that_are_named_are_allowed(url: str) -> None:
    assert HOOKS.url(url) == url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://hooks.example.net:8080/", "no host that hooks may be at"),
        ("http://10.0.0.5/", "no host that hooks may be at; allowed: hooks.example.net, 10.0.0.5:8000"),
        ("http://secure.example.net/", "no host"),
        ("http://127.0.0.1/", "no host"),
        ("http://hooks.example.net.evil.test/", "no host"),
        ("http://hooks.example.net@evil.test/", "without user"),
        ("http://hooks.example.net:99999/", "the port"),
        ("ftp://hooks.example.net/", "http or https"),
        ("hooks.example.net", "http or https"),
        ("http:///scan", "http or https"),
    ],
)
def test_every_other_one_is_refused(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        HOOKS.url(url)


def test_without_the_deployment_there_is_nothing() -> None:
    with pytest.raises(ValueError, match="ADDON_HOSTS is not set"):
        AddonLimits().url("http://hooks.example.net/")
    with pytest.raises(ValueError, match="ADDONS_DIR is not set"):
        AddonLimits().program("scan")


def test_programs_are_below_the_directory_and_can_be_run(tmp_path: Path) -> None:
    limits = AddonLimits(tmp_path / "addons")
    inside = tmp_path / "addons" / "mail" / "scan"
    inside.parent.mkdir(parents=True)
    inside.write_text("#!/bin/sh\n")
    with pytest.raises(ValueError, match="not executable"):
        limits.program("mail/scan")
    inside.chmod(0o755)
    assert limits.program("mail/scan") == limits.program(str(inside)) == inside
    (tmp_path / "outside").write_text("#!/bin/sh\n")
    (tmp_path / "outside").chmod(0o755)
    (tmp_path / "addons" / "link").symlink_to(tmp_path / "outside")
    for name in ("../outside", str(tmp_path / "outside"), "link", "mail/../../outside"):
        with pytest.raises(ValueError, match="not below ADDONS_DIR"):
            limits.program(name)
    for name in ("missing", "mail", ""):
        with pytest.raises(ValueError, match=r"no program|not below"):
            limits.program(name)
