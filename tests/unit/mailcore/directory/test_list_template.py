import pytest

from mailcore.directory.list_template import ListWords, TemplateName, problems_of


def wide(text: str) -> str:
    """Give ASCII as Japanese keyboards write it when they are not told otherwise."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize(
    ("name", "subject", "body", "wrong"),
    [
        ("welcome", "[{list}] {member}", "{address} {owner} {request} {description} {name}", []),
        ("welcome", "{", f"{{}} {{1}} {{a b}} {{LINK}} {wide('{')}鳥{wide('}')}", []),
        ("welcome", wide("{list}"), f"{{ list }} {{LIST}} {wide('{')}member}}", ["subject", "body", "body", "body"]),
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


def test_what_is_only_misspelt_is_named_with_what_is_meant() -> None:
    (problem,) = problems_of("welcome", ListWords(subject="x", body=f"ようこそ{wide('{Member}')}さん"))
    assert problem.msg == f"{wide('{Member}')} would stay as it is: {{member}} is meant"
