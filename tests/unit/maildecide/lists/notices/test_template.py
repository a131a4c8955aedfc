import pytest

from maildecide.lists.notices.template import Template, filled


@pytest.mark.parametrize(
    ("template", "values", "subject", "body"),
    [
        (Template("[{list}] x", "{list}\n"), {"list": "Birds"}, "[Birds] x", "Birds\n"),
        (Template("{other} {x1} {", "{other} {}"), {"list": "Birds"}, "{other} {x1} {", "{other} {}"),
        # What a value says is never read again.
        (Template("{a}", "{a} {b}"), {"a": "{b}", "b": "{a}"}, "{b}", "{b} {a}"),
        # A line of nothing but empty values is left out; an empty line is not.
        (Template("s", "a\n{a}{b}\n\n  {a}\n{a} b\n"), {"a": "", "b": ""}, "s", "a\n\n b\n"),
        (Template("s", "a\n\n{a}\n\nb\n\n{b}\n"), {"a": "", "b": ""}, "s", "a\n\nb\n"),
        (Template("s", "{a}\n\nb\n\n\nc"), {"a": "", "b": ""}, "s", "b\n\n\nc"),
        (Template("件名 {a}", "本文 {a}"), {"a": "青鷺\U0001f426"}, "件名 青鷺\U0001f426", "本文 青鷺\U0001f426"),
    ],
)
def test_values_are_put_in(template: Template, values: dict[str, str], subject: str, body: str) -> None:
    assert filled(template, values) == Template(subject, body)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\0"])
def test_a_value_ends_no_line_where_one_line_is_meant(end: str) -> None:
    words = filled(Template("Re: {subject}", "{subject}"), {"subject": f"herons{end}Bcc: eve@example.net"})
    assert len(words.subject.splitlines()) == 1
    assert len(words.body.splitlines()) == 1
    assert words.subject.isprintable()


def test_only_text_has_several_lines_and_in_a_subject_not_even_that() -> None:
    words = filled(Template("{text}", "a {text} b"), {"text": "\r\none\r\n\ttwo\0\x1b  \rthree\n\n"})
    assert words.subject.splitlines() == [words.subject]
    assert words.body == "a one\n\ttwo\nthree b"
