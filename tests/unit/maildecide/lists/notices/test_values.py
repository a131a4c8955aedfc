from urllib.parse import unquote, urlsplit

from tests.list_builders import a_list

from maildecide.lists.commands.vocabulary import Command, command_of
from maildecide.lists.notices.values import values_of

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"


def test_what_is_known_of_the_list_is_at_hand() -> None:
    values = values_of(a_list(display_name="鳥の会", description="Birds"), {"member": "ken@example.org"})
    assert values == {
        "list": "鳥の会",
        "name": "birds",
        "address": "birds@example.com",
        "description": "Birds",
        "owner": "birds-owner@example.com",
        "request": "birds-request@example.com",
        "member": "ken@example.org",
    }


def test_links_begin_mails_with_commands() -> None:
    values = values_of(a_list(address="鳥 &?@example.com", name="birds"), {"token": "other"}, TOKEN)
    assert values["token"] == TOKEN
    for name, verb in (("link", "confirm"), ("approve", "approve"), ("reject", "reject"), ("discard", "discard")):
        found = urlsplit(values[name])
        assert (found.scheme, unquote(found.path)) == ("mailto", "鳥 &?-request@example.com")
        assert values[name].isascii()
        assert " " not in values[name]
        assert command_of(unquote(found.query.partition("=")[2])) == Command(verb, (TOKEN,))  # type: ignore[arg-type]


def test_reasons_of_ours_are_in_the_language_of_the_list() -> None:
    told = {"reason": "it is not by a member"}
    assert values_of(a_list(), told)["reason"] == "it is not by a member"
    assert values_of(a_list(language="ja"), told)["reason"] == "会員以外からの投稿です"
    assert values_of(a_list(language="ja"), {"reason": "why not"})["reason"] == "why not"


def test_links_lead_to_the_page_where_there_is_one() -> None:
    values = values_of(a_list(), {}, TOKEN, "https://lists.example.com/birds/")
    page = f"https://lists.example.com/birds/c/{TOKEN}?answer="
    assert [values[name] for name in ("link", "approve", "reject", "discard")] == [
        f"{page}{answer}" for answer in ("approve", "approve", "reject", "discard")
    ]
