import pytest

from admin_api.error_places import Loc, place_in

DOCUMENT = {"when": [{"kind": "any", "of": [{"kind": "header", "name": "X"}]}], "kind": "when"}


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        (("when", 0, "any", "of", 0, "header", "name"), ("when", 0, "of", 0, "name")),
        (("when", 0, "any", "of", 0, "header", "value"), ("when", 0, "of", 0, "value")),
        (("when", 0, "any", "of", 0, "header"), ("when", 0, "of", 0)),
        (("when", 7, "x"), ("when", 7, "x")),
        (("missing", "any"), ("missing", "any")),
        ((), ()),
    ],
)
def test_alternatives_are_no_places(loc: Loc, place: Loc) -> None:
    assert place_in(DOCUMENT, loc) == place
