from typing import Any

import pytest
from tests.builders import ARRIVAL, a_context, a_mail, an_account, an_autoreply, an_envelope, resolved

from mailcore.directory.folder_name import TRASH
from mailcore.directory.targets import AccountTarget, Resolution
from mailcore.mail.incoming import Marks
from mailcore.settings import RuntimeSettings, SmtpSettings
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.replying.restraint import is_in_force, withheld

ADA = an_account()
TO_ADA = b"To: ada@example.com\r\n"


def asked(mail: Mail, context: Context) -> str | None:
    return withheld(mail, context, ADA)


def context(resolutions: dict[str, Resolution] | None = None, **changes: Any) -> Context:
    known = {"ada@example.com": resolved(ADA), "bob@example.net": Resolution("unmanaged")} | (resolutions or {})
    return a_context(resolutions=known, **changes)


def letter(**changes: Any) -> Mail:
    return a_mail(**{"header": TO_ADA, **changes})


def test_a_letter_from_a_person_to_the_account_is_answered() -> None:
    assert asked(letter(), context()) is None


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (letter(envelope=an_envelope(sender="")), "no address"),
        (letter(envelope=an_envelope(sender="nonsense")), "no address"),
        (letter(marks=Marks(incomplete=True)), "marked"),
        (letter(marks=Marks(banned="tag_subject")), "marked"),
        (letter(marks=Marks(sender_domain_missing=True)), "marked"),
        (letter(folder=TRASH), "trashed"),
        (letter(header=TO_ADA + b"List-Id: x\r\n"), "list-id"),
        (letter(header=TO_ADA + b"Delivered-To: ada@example.com\r\n"), "been here"),
        (letter(envelope=an_envelope(sender="No-Reply@example.net")), "nobody"),
        (letter(envelope=an_envelope(sender="ada@example.com")), "itself"),
        (letter(header=b"To: bob@example.net\r\n"), "names no"),
        (letter(header=b"Subject: x\r\n"), "names no"),
    ],
)
def test_what_is_not_answered(mail: Mail, why: str) -> None:
    assert why in (asked(mail, context()) or "")


def test_caught_mail_is_not_answered() -> None:
    assert "catch-all" in (asked(letter(), context(via="catch_all")) or "")


@pytest.mark.parametrize(
    ("resolution", "answered"),
    [
        (resolved(AccountTarget(ADA, ".x")), True),
        (Resolution("found", (AccountTarget(an_account("bea@example.com")), AccountTarget(ADA)), "alias"), True),
        (Resolution("found", (AccountTarget(ADA),), "catch_all"), False),
        (resolved(an_account("bea@example.com")), False),
    ],
)
def test_any_address_that_leads_to_the_account_names_it(resolution: Resolution, answered: bool) -> None:
    mail = letter(header=b"Cc: sales@example.com\r\n")
    assert (asked(mail, context({"sales@example.com": resolution})) is None) == answered


def test_a_setting_has_mail_answered_that_names_others() -> None:
    settings = RuntimeSettings(smtp=SmtpSettings(autoreply_unnamed=True))
    assert asked(letter(header=b""), context(settings=settings)) is None


def test_own_addresses_are_aliases_and_the_one_for_all_too() -> None:
    mail = letter(envelope=an_envelope(sender="me@example.com"))
    assert "itself" in (asked(mail, context({"me@example.com": resolved(ADA)})) or "")
    settings = RuntimeSettings(smtp=SmtpSettings(autoreply_from="me@example.com"))
    bea = resolved(an_account("bea@example.com"))
    assert "itself" in (asked(mail, context({"me@example.com": bea}, settings=settings)) or "")


@pytest.mark.parametrize(
    ("period", "in_force"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"starts_at": "2026-01-01T00:00:00Z"}, True),
        ({"starts_at": "2026-01-01T00:00:01Z"}, False),
        ({"starts_at": "2026-01-01T09:00:00+09:00"}, True),
        ({"starts_at": "2025-12-31T19:00:01-05:00"}, False),
        ({"ends_at": "2026-01-01T00:00:01Z"}, True),
        ({"ends_at": "2026-01-01T00:00:00Z"}, False),
        ({"ends_at": "2026-01-01T09:00:00+09:00"}, False),
    ],
)
def test_the_period_has_its_time_zone(period: dict[str, Any], in_force: bool) -> None:
    assert is_in_force(an_autoreply(**period), ARRIVAL.at) == in_force
