"""Who hears that a copy waits yet, and of what."""

import msgspec
import pytest
from tests.builders import a_mail

from mailcore.mail.envelope import Envelope, Recipient
from maildecide.message.actions import StoreLocal
from processor.effects.late import of_copy
from processor.local_copy import LocalCopy, Sharer, local_copy
from processor.outbound.remote_mail import RemoteMail, decode

EFFECT = StoreLocal("example.com/ada", "ada@example.com", account="ada@example.com")


def a_copy(*notify: str, sender: str = "bob@example.net") -> LocalCopy:
    recipient = Recipient("ada@example.com", frozenset(notify), "rfc822;ada@example.com")
    envelope = Envelope(sender, (recipient,), ret="FULL", envid="QQ1")
    return local_copy(EFFECT, a_mail(envelope=envelope), 7)


def told(copy: LocalCopy) -> RemoteMail | None:
    jobs = of_copy(copy, "it is full", "4.2.2", retry_until=9.0, now=5.0)
    return decode(jobs[0].payload) if jobs else None


@pytest.mark.parametrize(
    ("notify", "hears"),
    [
        ((), True),
        (("DELAY",), True),
        (("SUCCESS", "FAILURE", "DELAY"), True),
        (("FAILURE",), False),
        (("SUCCESS",), False),
        (("NEVER",), False),
    ],
)
def test_who_asked_for_it_or_for_nothing(notify: tuple[str, ...], hears: bool) -> None:
    assert (told(a_copy(*notify)) is not None) is hears


def test_nobody_tells_the_null_sender_nor_of_what_nobody_is_told() -> None:
    assert told(a_copy(sender="")) is None
    assert told(msgspec.structs.replace(a_copy(), wish=None)) is None


def test_it_says_all_that_the_sender_gave_and_returns_no_body() -> None:
    mail = told(a_copy("DELAY"))
    assert mail is not None
    assert (mail.done, mail.refusal, mail.refusal_status, mail.retry_until) == ("delayed", "it is full", "4.2.2", 9.0)
    assert (mail.envid, mail.content.size, mail.content_key) == ("QQ1", 0, None)
    assert [(one.address, one.original) for one in mail.recipients] == [("ada@example.com", "rfc822;ada@example.com")]


def test_of_those_who_share_a_mailbox_only_who_wants_it() -> None:
    sharers = (Sharer("a@example.com", frozenset({"DELAY"})), Sharer("b@example.com", frozenset({"NEVER"})))
    mail = told(msgspec.structs.replace(a_copy("FAILURE"), sharers=sharers))
    assert mail is not None
    assert [one.address for one in mail.recipients] == ["a@example.com"]


def test_who_got_it_by_a_forward_of_which_nobody_is_told_is_told_of_as_he_asked() -> None:
    sharers = (Sharer("ada@example.com", frozenset({"DELAY"}), "rfc822;ada@example.com"),)
    mail = told(msgspec.structs.replace(a_copy("NEVER"), sharers=sharers))
    assert mail is not None
    assert [(one.address, set(one.notify)) for one in mail.recipients] == [("ada@example.com", {"DELAY"})]
    twice = told(msgspec.structs.replace(a_copy("DELAY"), sharers=sharers))
    assert twice is not None
    assert len(twice.recipients) == 1


def test_each_copy_is_told_of_once_however_often_it_is_said() -> None:
    first, again = (of_copy(a_copy(), "it is full", "4.2.2", retry_until=None, now=now)[0] for now in (1.0, 2.0))
    other = of_copy(msgspec.structs.replace(a_copy(), mailbox="example.com/bea"), "", "", retry_until=None, now=1.0)[0]
    assert first.id == again.id != other.id
