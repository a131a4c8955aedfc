from typing import Any, get_args

import msgspec
import pytest
from tests.list_builders import a_known_list, a_post, a_poster

from mailcore.directory.mailing_list import Moderation, Posting
from mailcore.mail.incoming import Marks
from maildecide.lists.notices.reasons import said_in
from maildecide.lists.posting.content_types import UNREADABLE
from maildecide.lists.posting.facts import PostFacts
from maildecide.lists.posting.rules import objection


@pytest.mark.parametrize(
    "fields",
    [
        *({"posting": one} for one in get_args(Posting) if one != "anyone"),
        *({"posting": "anyone", "moderation": one} for one in get_args(Moderation) if one != "none"),
        {"posting": "anyone", "post_auth": "aligned"},
        {"posting": "anyone", "refused_posters": ["ada@*"]},
        {"posting": "anyone", "max_size": 10},
        {"posting": "anyone", "refused_types": ["text/html"]},
    ],
)
def test_what_the_rules_say_is_known_in_japanese(fields: dict[str, Any]) -> None:
    found = objection(PostFacts(a_post(), a_known_list(**fields), (a_poster(member=False),), ("text/html",)))
    assert found is not None
    assert said_in("en", found.reason) == found.reason
    assert not said_in("ja", found.reason).isascii()


def test_numbers_and_types_are_named_all_the_same() -> None:
    size = said_in("ja", "the list takes posts of up to 1000 octets; this one has 2000")
    assert size == "投稿は 1000 オクテットまでです (この投稿は 2000 オクテット)"
    assert said_in("ja", "the list does not take parts of the type text/html").startswith("text/html の")


def test_the_rest_of_what_the_rules_say_is_known_too() -> None:
    for facts in (
        PostFacts(a_post(), a_known_list(refused_types=["text/html"]), (a_poster(),), (UNREADABLE,)),
        PostFacts(a_post(), a_known_list(), (a_poster(can_post=False),)),
        PostFacts(a_post(), a_known_list(moderation="first_post"), (a_poster(),)),
        PostFacts(a_post(), a_known_list(), ()),
        PostFacts(msgspec.structs.replace(a_post(), marks=Marks(banned="add_header")), a_known_list(), (a_poster(),)),
    ):
        found = objection(facts)
        assert found is not None
        assert not said_in("ja", found.reason).isascii()


def test_other_words_stay_as_they_are() -> None:
    assert said_in("ja", "no more herons") == "no more herons"
