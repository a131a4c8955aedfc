from typing import Any

import pytest
from tests.builders import a_client, origin_facts, smtp_settings

from mailcore.authentication.results import ArcVerdict, Authentication, DmarcPolicy, DmarcVerdict, SpfVerdict
from maildecide.session.disowned import Consequence, by_dmarc, by_spf


def failing(policy: DmarcPolicy = "reject", **more: Any) -> Authentication:
    return Authentication(SpfVerdict("fail", "example.net"), dmarc=DmarcVerdict("fail", "example.net", policy), **more)


@pytest.mark.parametrize(
    ("policy", "quarantine", "reject", "consequence"),
    [
        ("none", "trash", "reject", "mark"),
        ("quarantine", "mark", "reject", "mark"),
        ("quarantine", "trash", "reject", "trash"),
        ("reject", "trash", "mark", "mark"),
        ("reject", "mark", "trash", "trash"),
        ("reject", "mark", "reject", "reject"),
    ],
)
def test_by_dmarc(policy: DmarcPolicy, quarantine: str, reject: str, consequence: Consequence) -> None:
    settings = smtp_settings(dmarc_quarantine=quarantine, dmarc_reject=reject)
    assert by_dmarc(origin_facts(failing(policy)), settings) == consequence


def test_nothing_happens_by_default() -> None:
    assert by_dmarc(origin_facts(failing()), smtp_settings()) == "mark"
    assert by_spf(origin_facts(failing()), smtp_settings()) == "mark"


STRICT = {"spf_fail": "reject", "dmarc_reject": "reject"}
SEALED = ArcVerdict("pass", "forwarder.example", 1)


@pytest.mark.parametrize(
    ("settings", "arc", "consequence"),
    [
        ({}, SEALED, "reject"),
        ({"trusted_forwarders": ("192.0.2.0/24",)}, ArcVerdict(), "mark"),
        ({"trusted_forwarders": ("198.51.100.0/24",)}, ArcVerdict(), "reject"),
        ({"trusted_arc_sealers": ("forwarder.example",)}, SEALED, "mark"),
        ({"trusted_arc_sealers": ("forwarder.example",)}, ArcVerdict("fail", "forwarder.example", 1), "reject"),
        ({"trusted_arc_sealers": ("other.example",)}, SEALED, "reject"),
        ({"trusted_arc_sealers": ("forwarder.example",)}, ArcVerdict(), "reject"),
    ],
)
def test_whoever_sends_it_on_is_trusted(settings: dict[str, Any], arc: ArcVerdict, consequence: Consequence) -> None:
    facts, chosen = origin_facts(failing(arc=arc), client=a_client()), smtp_settings(**STRICT, **settings)
    assert by_dmarc(facts, chosen) == consequence
    assert by_spf(facts, chosen) == consequence
