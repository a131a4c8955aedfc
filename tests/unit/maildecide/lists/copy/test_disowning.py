"""When something has to be done so that others do not refuse a copy."""

from dataclasses import replace
from typing import Any

import dkim
import pytest
from tests.unit.mailcore.authentication.signing import ed25519_record, rsa_record, signed
from tests.unit.maildecide.lists.copy.posts import POST, a_post_of, whole

from mailcore.authentication.results import AuthorPolicy
from mailcore.mail.headers import first_value
from maildecide.lists.author_standing import AuthorStanding
from maildecide.lists.copy.disowning import is_disowned, signed_digests
from maildecide.lists.copy.order import copy_of

PLAIN: dict[str, Any] = {"subject_tag": None}


@pytest.mark.parametrize(
    ("octets", "policy", "changes", "expected"),
    [
        (POST, "none", {}, False),
        (POST, "quarantine", PLAIN, True),
        (POST, "reject", PLAIN, True),
        (POST, "unknown", PLAIN, True),
        (signed(POST), "reject", PLAIN, False),
        (signed(POST, methods=("simple", "simple")), "reject", PLAIN, False),
        (signed(POST), "unknown", PLAIN, False),
        (signed(POST), "reject", {}, True),
        (signed(POST), "reject", PLAIN | {"reply_to": "list"}, False),
        (signed(POST.replace(b"To:", b"Reply-To: a@b.example\r\nTo:")), "reject", PLAIN | {"reply_to": "list"}, True),
        (signed(POST), "reject", PLAIN | {"footer_text": "below"}, True),
        (signed(POST), "reject", PLAIN | {"header_text": "above"}, True),
        (signed(POST), "reject", PLAIN | {"footer_text": "\n"}, False),
        # One of two that still holds is enough, whichever.
        (signed(signed(POST), selector="ed"), "reject", PLAIN, False),
        (b"DKIM-Signature: v=1; nothing\r\n" + signed(POST), "reject", PLAIN, False),
    ],
)
def test_when_something_has_to_be_done(
    octets: bytes, policy: AuthorPolicy, changes: dict[str, Any], expected: bool
) -> None:
    post = a_post_of(octets, policy, **changes)
    copy = copy_of(post)
    assert (b"via birds" in first_value(copy.header, b"from")) is expected  # type: ignore[operator]  # there is one
    assert is_disowned(copy_of(a_post_of(octets, policy, dmarc="none", **changes)), post) is expected


def test_a_signature_that_nobody_has_verified_is_none() -> None:
    post = replace(a_post_of(signed(POST), **PLAIN), standing=AuthorStanding("reject", frozenset({b"x" * 32})))
    assert is_disowned(copy_of(post), post)


@pytest.mark.parametrize(
    ("selector", "record"), [("rsa", rsa_record()), ("ed", ed25519_record())], ids=["rsa", "ed25519"]
)
def test_what_is_taken_for_valid_is_valid_to_others(selector: str, record: bytes) -> None:
    sent = whole(a_post_of(signed(POST, selector=selector), reply_to="list", **PLAIN))
    assert b"List-Id: <birds.example.com>" in sent
    assert dkim.verify(sent, dnsfunc=lambda *_, **__: record)


def test_no_more_signatures_are_looked_at_than_on_arrival() -> None:
    many = b"DKIM-Signature: v=1; nothing\r\n"
    header = a_post_of(many * 7 + signed(POST)).mail.header
    assert len(signed_digests(header)) == 1
    assert signed_digests(many + header) == {}
