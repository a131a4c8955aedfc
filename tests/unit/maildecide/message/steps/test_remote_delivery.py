from dataclasses import replace

import msgspec
import pytest
from tests.builders import a_context, a_mail

from mailcore.directory.targets import RemoteTarget, Via
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Effect, SendRemote, TrashOnServer
from maildecide.message.steps.remote_delivery import apply


def test_a_foreign_recipient_is_sent_to_as_he_is() -> None:
    envelope = Envelope(
        "ada@example.com", (Recipient("bea@例.test", frozenset({"SUCCESS"}), "rfc822;bea@example.org"),)
    )
    context = replace(a_context("ada@example.com"), target=RemoteTarget("bea@例.test"))
    (action,) = apply(msgspec.structs.replace(a_mail(), envelope=envelope), context)
    assert action == SendRemote(
        "bea@例.test", "xn--fsq.test", "SUCCESS", "rfc822;bea@example.org", named="ada@example.com"
    )


def test_whoever_has_a_mailbox_here_is_not_sent_to() -> None:
    assert list(apply(a_mail(), a_context())) == []


def test_a_recipient_that_no_alias_led_to_is_not_named_twice() -> None:
    context = replace(a_context("ada@example.com"), target=RemoteTarget("ada@example.com"))
    (action,) = apply(a_mail(), context)
    assert isinstance(action, SendRemote)
    assert action.named == ""


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ("alias", TrashOnServer("ada@example.com")),
        ("srs", TrashOnServer("ada@example.com")),
        ("", SendRemote("lee@example.org", "example.org", "NEVER", named="ada@example.com")),
    ],
)
def test_what_a_banned_client_sent_leaves_only_where_it_may_relay(via: Via, expected: Effect) -> None:
    context = replace(a_context("ada@example.com"), target=RemoteTarget("lee@example.org"), via=via)
    assert list(apply(a_mail(marks=Marks(banned="tag_subject")), context)) == [expected]
