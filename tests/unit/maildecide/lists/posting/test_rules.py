from typing import Any

import msgspec
import pytest
from tests.list_builders import a_known_list, a_post, a_poster

from mailcore.mail.incoming import Marks
from maildecide.lists.poster import Poster
from maildecide.lists.posting.content_types import UNREADABLE
from maildecide.lists.posting.facts import Objection, PostFacts
from maildecide.lists.posting.rules import objection
from maildecide.message.mail import Mail

MEMBER, OTHER = a_poster(), a_poster("bo@example.org")
MODERATOR = a_poster("mo@example.org", role="moderator")
OWNER = a_poster("olga@example.com", member=False, owner=True)
STRANGER = a_poster("eve@example.net", member=False)
MUTE = a_poster("mute@example.org", can_post=False)
TRUSTED = a_poster("tru@example.org", trusted=True)


def found(*posters: Any, mail: Mail | None = None, types: tuple[str, ...] | None = None, **changes: Any) -> str:
    """Give the kind of the objection; empty: there is none."""
    facts = PostFacts(mail or a_post(), a_known_list(**changes), posters, types)
    made = objection(facts)
    return "" if made is None else made.kind


@pytest.mark.parametrize(
    ("posting", "allowed"),
    [
        ("anyone", {"MEMBER", "MODERATOR", "OWNER", "STRANGER"}),
        ("members", {"MEMBER", "MODERATOR", "OWNER"}),
        ("moderators", {"MODERATOR", "OWNER"}),
        ("chosen", {"OWNER"}),
        ("nobody", set()),
    ],
)
def test_who_may_post(posting: str, allowed: set[str]) -> None:
    everybody = {"MEMBER": MEMBER, "MODERATOR": MODERATOR, "OWNER": OWNER, "STRANGER": STRANGER}
    assert {name for name, one in everybody.items() if not found(one, posting=posting)} == allowed
    assert found(MUTE, posting=posting) == "refuse"


def test_chosen_addresses_may_post_beside_others_but_not_to_a_closed_list() -> None:
    for posting, kind in (("chosen", ""), ("members", ""), ("moderators", ""), ("nobody", "refuse")):
        assert found(STRANGER, posting=posting, posters=("*@example.net",)) == kind


def test_each_of_several_authors_must_be_allowed() -> None:
    assert found(MEMBER, OTHER) == ""
    assert found(MEMBER, STRANGER) == "refuse"
    assert found(MEMBER, MUTE) == "refuse"


def test_without_an_author_there_is_no_post() -> None:
    assert found(posting="anyone") == "refuse"


def test_refused_posters_stand_above_all_who_are_allowed() -> None:
    assert found(MEMBER, refused_posters=("ADA@*",)) == "refuse"
    assert found(MEMBER, refused_posters=("bob@example.net",), mail=a_post(sender="bob@example.net")) == "refuse"
    assert found(MEMBER, refused_posters=("eve@*",)) == ""


@pytest.mark.parametrize(
    ("moderation", "waiting"),
    [
        ("none", set()),
        ("non_members", {"STRANGER"}),
        ("first_post", {"STRANGER", "MEMBER"}),
        ("all", {"STRANGER", "MEMBER", "TRUSTED"}),
    ],
)
def test_whose_posts_wait(moderation: str, waiting: set[str]) -> None:
    everybody = {"MEMBER": MEMBER, "TRUSTED": TRUSTED, "MODERATOR": MODERATOR, "OWNER": OWNER, "STRANGER": STRANGER}
    held = {name for name, one in everybody.items() if found(one, posting="anyone", moderation=moderation) == "hold"}
    assert held == waiting


def test_a_stranger_s_posts_wait_for_what_he_is_and_a_member_s_for_being_the_first() -> None:
    for posters, reason in (
        ((STRANGER,), "it is not by a member"),
        ((MEMBER, STRANGER), "it is not by a member"),
        ((MEMBER,), "it is the first post of its author"),
        ((TRUSTED, MEMBER), "it is the first post of its author"),
    ):
        made = objection(PostFacts(a_post(), a_known_list(posting="anyone", moderation="first_post"), posters))
        assert made == Objection("hold", reason, setting="moderation=first_post")


def test_a_moderator_with_a_stranger_waits_as_the_stranger_does() -> None:
    assert found(MODERATOR, STRANGER, posting="anyone", moderation="non_members") == "hold"


def test_the_size_is_that_of_the_message_as_it_came() -> None:
    size = a_post().content.size
    assert found(MEMBER, max_size=size) == ""
    assert found(MEMBER, max_size=size - 1) == "refuse"


@pytest.mark.parametrize(
    ("types", "allowed", "refused", "kind"),
    [
        (None, ("text/plain",), (), ""),
        (("text/plain",), ("text/plain",), (), ""),
        (("multipart/mixed", "text/plain", "image/png"), ("text/*", "image/*"), (), ""),
        (("multipart/mixed", "text/plain", "image/png"), ("text/*",), (), "refuse"),
        (("multipart/mixed", "application/zip"), (), ("application/zip",), "refuse"),
        (("application/zipped",), (), ("application/zip",), ""),
        (("multipart/mixed", "text/plain", UNREADABLE), (), ("application/zip",), "refuse"),
        (("multipart/mixed", "text/plain", UNREADABLE), ("multipart/*", "text/*"), (), "refuse"),
        (("multipart/encrypted", "application/pgp-encrypted"), (), ("multipart/encrypted",), "refuse"),
    ],
)
def test_content_types(
    types: tuple[str, ...] | None, allowed: tuple[str, ...], refused: tuple[str, ...], kind: str
) -> None:
    assert found(MEMBER, types=types, allowed_types=allowed, refused_types=refused) == kind


def test_what_a_banned_client_sent_waits_whoever_it_says_it_is_by() -> None:
    mail = msgspec.structs.replace(a_post(), marks=Marks(banned="add_header"))
    assert found(OWNER, mail=mail) == "hold"
    # Of what would be refused its sender would be told, which row 15 forbids.
    assert found(STRANGER, mail=mail) == "hold"
    assert found(MEMBER, mail=mail, max_size=1) == "hold"
    assert found(mail=msgspec.structs.replace(mail, header=b"Auto-Submitted: auto-replied\r\n")) == "drop"


@pytest.mark.parametrize(
    "field",
    [b"List-Id: Birds of the pond <birds.example.com>", b"X-Loop: birds@example.com", b"List-ID: <BIRDS.example.com>"],
)
def test_what_bears_the_lists_mark_is_dropped(field: bytes) -> None:
    assert found(MEMBER, mail=a_post(field + b"\r\n\r\n")) == "drop"


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (b"List-Id: <fish.example.com>", ""),
        (b"X-Loop: fish@example.com", ""),
        (b"Precedence: list", ""),
        (b"Precedence: bulk", ""),
        (b"Auto-Submitted: no", ""),
        (b"Auto-Submitted: auto-replied (vacation)", "drop"),
        (b"Auto-Submitted: auto-generated", ""),
        (b"X-Autoreply: yes", "drop"),
        (b"Precedence: auto_reply", "drop"),
        (b"X-Apple-Action: VACATION", "drop"),
        (b"X-Apple-Action: forward", ""),
        (b"Precedence: bulk\r\nSubject: Out of office: birds", "drop"),
        (b"Auto-Submitted: auto-generated\r\nSubject: =?utf-8?b?6Ieq5YuV6L+U5L+hOiDps6U=?=", "drop"),
        (b"Auto-Submitted: auto-generated\r\nSubject: [jays] changed: automatic reply", ""),
        (b"Auto-Submitted: no\r\nSubject: Automatic reply: birds", ""),
        (b"Subject: Out of office hours", ""),
        (b"Precedence: list\r\nSubject: Out of office: birds", ""),
    ],
)
def test_answers_of_programs_are_dropped_and_posts_of_other_lists_are_not(field: bytes, kind: str) -> None:
    assert found(MEMBER, mail=a_post(field + b"\r\n\r\n")) == kind


def test_an_objection_says_why_and_with_which_status() -> None:
    made = objection(PostFacts(a_post(), a_known_list(max_size=1), (MEMBER,)))
    why = f"the list takes posts of up to 1 octets; this one has {a_post().content.size}"
    assert made == Objection("refuse", why, "5.2.3", "max_size=1")


@pytest.mark.parametrize(
    ("fields", "poster", "setting"),
    [
        ({"posting": "members"}, STRANGER, "posting=members"),
        ({"posting": "moderators"}, MEMBER, "posting=moderators"),
        ({"posting": "nobody"}, OWNER, "posting=nobody"),
        ({"refused_posters": ("*",)}, MEMBER, "refused_posters"),
        ({"allowed_types": ("image/*",)}, MEMBER, "allowed_types"),
        ({"refused_types": ("text/*",)}, MEMBER, "refused_types"),
        ({"post_auth": "aligned"}, MEMBER, "post_auth=aligned"),
        ({"moderation": "all"}, MEMBER, "moderation=all"),
        ({"moderation": "non_members", "posting": "anyone"}, STRANGER, "moderation=non_members"),
    ],
)
def test_an_objection_names_the_setting_that_decides(fields: dict[str, Any], poster: Poster, setting: str) -> None:
    made = objection(PostFacts(a_post(), a_known_list(**fields), (poster,), types=("text/plain",)))
    assert made is not None
    assert made.setting == setting
