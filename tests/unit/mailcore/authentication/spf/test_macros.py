import pytest

from mailcore.authentication.spf.macros import expanded_domain, parse_domain_spec, parse_macro_string

# RFC 7208 7.4
SENDER = {
    "s": "strong-bad@email.example.com",
    "l": "strong-bad",
    "o": "email.example.com",
    "d": "email.example.com",
    "i": "192.0.2.3",
    "p": "mx.example.org",
    "v": "in-addr",
    "h": "mail.example.org",
}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{S}.example.net", "strong-bad%40email.example.com.example.net"),
        ("a%%b%_c%-d.example", "a%b c%20d.example"),
    ],
)
def test_what_they_become(text: str, expanded: str) -> None:
    assert parse_domain_spec(text).expand(SENDER) == expanded


@pytest.mark.parametrize(
    "text",
    ["%", "%x", "%{", "%{}", "%{x}", "%{c}", "%{d0}", "%{d;}", "a b.example", "a%{d}%", "\x7f.example", "%{d1234}"],
)
def test_what_is_no_macro_string(text: str) -> None:
    with pytest.raises(ValueError, match="macro"):
        parse_macro_string(text)


def test_letters_of_explanations_stand_there_alone() -> None:
    assert parse_macro_string("%{c} %{r} %{t}".replace(" ", "%_"), explains=True).letters == {"c", "r", "t"}


@pytest.mark.parametrize("text", ["", ".", "example", "a.123", "a.b-", "a.-b", "%{d}.1", "a.b/24"])
def test_what_is_no_domain(text: str) -> None:
    with pytest.raises(ValueError, match="no domain"):
        parse_domain_spec(text)


def test_names_are_cut_from_the_left() -> None:
    name = expanded_domain(parse_domain_spec("%{l}.%{d}"), SENDER | {"l": ".".join(["a" * 60] * 5)})
    assert name == ".".join(["a" * 60] * 3) + ".email.example.com"
