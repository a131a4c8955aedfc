import pytest
from pydantic import ValidationError

from mailcore.settings import RuntimeSettings, SmtpSettings

ROWS = {
    "max_recipients": 100,
    "accept_null_sender": True,
    "auth_required": True,
    "relay_ips_bypass_auth": False,
    "discard_incomplete": True,
    "add_sender_header": False,
    "add_message_id": False,
    "add_date": "never",
    "add_from": "never",
    "strict_sender_domain": False,
    "unknown_sender_domain": "accept",
    "sender_domain_lookup": "basic",
    "deferred_list_processing": True,
    "max_command_errors": 10,
    "banned_connection_action": "reject",
    "catch_all_address": None,
    "max_message_size": 52428800,
    "max_external_message_size": None,
    "autoreply_from": "recipient",
    "autoreply_subject": "Autoreply from %m",
    "addon_timeout_seconds": 60,
    "local_forward_via_mta": False,
    "max_session_minutes": 0,
    "dns_timeout_seconds": 5,
    "dns_attempts": 2,
    "idle_timeout_seconds": 300,
    "max_hops": 100,
}


def test_all_27_rows_are_there_with_their_defaults() -> None:
    stored = SmtpSettings().model_dump()
    assert len(ROWS) == 27
    assert {key: stored[key] for key in ROWS} == ROWS


def test_every_setting_is_documented() -> None:
    for group in RuntimeSettings.model_fields.values():
        assert group.description
        for name, field in group.annotation.model_fields.items():  # type: ignore[union-attr]
            assert field.description, name


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_recipients", -1),
        ("max_recipients", "100"),
        ("max_recipients", 1.0),
        ("max_recipients", True),
        ("max_recipients", None),
        ("accept_null_sender", 1),
        ("accept_null_sender", "true"),
        ("add_date", "sometimes"),
        ("max_message_size", 0),
        ("max_external_message_size", 0),
        ("autoreply_subject", "a\nb"),
        ("autoreply_subject", "a\x7f"),
        ("autoreply_subject", "a\x85"),
        ("dns_timeout_seconds", 0),
        ("dns_timeout_seconds", float("nan")),
        ("dns_attempts", 0),
        ("idle_timeout_seconds", 0),
        ("max_hops", -1),
        ("banned_connection_action", "shout"),
        ("no_such_key", 1),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        SmtpSettings.model_validate({key: value})
    assert caught.value.errors()[0]["loc"][0] == key


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_recipients", 0),
        ("max_message_size", 1),
        ("max_external_message_size", None),
        ("dns_timeout_seconds", 1),
        ("dns_timeout_seconds", 0.5),
        ("autoreply_subject", "自動返信 %m %% %x"),
        ("autoreply_subject", ""),
        ("idle_timeout_seconds", 1),
        ("max_hops", 0),
    ],
)
def test_what_is_at_its_bounds_is_taken(key: str, value: object) -> None:
    assert getattr(SmtpSettings.model_validate({key: value}), key) == value


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        RuntimeSettings().smtp.max_hops = 3
