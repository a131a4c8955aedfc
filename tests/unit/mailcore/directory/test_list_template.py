import pytest

from mailcore.directory.list_template import ListWords, TemplateName, problems_of


@pytest.mark.parametrize(
    ("name", "subject", "body", "wrong"),
    [
        ("welcome", "[{list}] {member}", "{address} {owner} {request} {description} {name}", []),
        ("welcome", "{", "{} {1} { list } {LIST}", []),
        ("welcome", "{token}", "{nobody} {member}", ["subject", "body"]),
        ("answer", "x", "{text}", []),
        ("answer", "{text}", "x", ["body"]),
        ("confirm_subscribe", "confirm {token}", "x", []),
        ("confirm_subscribe", "x", "{link}", []),
        ("confirm_subscribe", "x", "{member} {days}", ["body"]),
        ("held", "x", "{approve} {discard}", []),
        ("held", "x", "{reject} {discard}", ["body"]),
        ("held", "x", "{link}", ["body", "body"]),
    ],
)
def test_placeholders_must_stand_for_something(name: TemplateName, subject: str, body: str, wrong: list[str]) -> None:
    assert [problem.loc for problem in problems_of(name, ListWords(subject=subject, body=body))] == [
        (one,) for one in wrong
    ]


def test_it_is_said_which_there_are() -> None:
    (problem,) = problems_of("welcome", ListWords(subject="x", body="{mamber}"))
    assert problem.msg == (
        "{mamber} stands for nothing in welcome; allowed:"
        " {address}, {description}, {list}, {member}, {name}, {owner}, {request}"
    )
