import pytest
from tests.builders import a_client, smtp_settings

from maildecide.session.own_marks import forged_marks, own_names, results_name

WRITES_BOTH = smtp_settings(unknown_sender_domain="add_header", banned_connection_action="add_header")


@pytest.mark.parametrize(
    ("row_11", "row_15", "marks"),
    [
        ("accept", "reject", ()),
        ("reject_permanent", "tag_subject", ()),
        ("add_header", "reject", ("X-DNSEXISTS",)),
        ("accept", "add_header", ("X-PMSFILTER",)),
        ("add_header", "add_header", ("X-DNSEXISTS", "X-PMSFILTER")),
    ],
)
def test_the_marks_of_the_rows_in_use(row_11: str, row_15: str, marks: tuple[str, ...]) -> None:
    settings = smtp_settings(unknown_sender_domain=row_11, banned_connection_action=row_15)
    assert forged_marks(a_client(), settings) == marks


def test_whoever_is_vouched_for_may_send_them() -> None:
    assert forged_marks(a_client(account="ada@example.com"), WRITES_BOTH) == ()
    assert forged_marks(a_client(is_relay_permitted=True), WRITES_BOTH) == ()
    assert forged_marks(a_client(listener="submission"), WRITES_BOTH) != ()


def test_our_names() -> None:
    named = smtp_settings(authserv_id="Mail.Example")
    assert results_name("mx.example.com", smtp_settings()) == "mx.example.com"
    assert results_name("mx.example.com", named) == "mail.example"
    assert own_names("MX.example.com", smtp_settings()) == ("mx.example.com",)
    assert own_names("mx.example.com", named) == ("mx.example.com", "mail.example")
    assert own_names("mail.example", named) == ("mail.example",)
