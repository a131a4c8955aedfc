import pytest
from tests.builders import a_client, smtp_settings

from mailcore.mail.incoming import StandardFields
from maildecide.session.standard_fields import standard_fields

ALL = smtp_settings(add_sender_header=True, add_message_id=True, add_date="always", add_from="if_missing")


@pytest.mark.parametrize("listener", ["submission", "submissions"])
def test_always_on_for_submission(listener: str) -> None:
    fields = standard_fields(a_client(listener=listener), smtp_settings(), is_incomplete=False)
    assert fields == StandardFields(sender=True, message_id=True, no_blind_copies=True)


def test_by_the_settings_on_the_smtp_port() -> None:
    assert standard_fields(a_client(), smtp_settings(), is_incomplete=False) == StandardFields()
    fields = StandardFields(sender=True, message_id=True, date="always", origin=True)
    assert standard_fields(a_client(), ALL, is_incomplete=False) == fields
    fields = standard_fields(a_client(account="ada@example.com"), smtp_settings(), is_incomplete=False)
    assert fields == StandardFields()


def test_an_incomplete_message_is_kept_as_it_came_but_tells_of_no_blind_copies() -> None:
    assert standard_fields(a_client(), ALL, is_incomplete=True) == StandardFields()
    fields = standard_fields(a_client(listener="submission"), ALL, is_incomplete=True)
    assert fields == StandardFields(no_blind_copies=True)


@pytest.mark.parametrize("is_incomplete", [False, True])
def test_nobody_speaks_in_our_name(*, is_incomplete: bool) -> None:
    names = ("mx.example.com",)
    fields = standard_fields(a_client(), smtp_settings(), is_incomplete=is_incomplete, server_names=names)
    assert fields == StandardFields(results_of=names)
