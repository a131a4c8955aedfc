"""Where in a document a mistake is, as a client sees the document.

pydantic names, beside keys and indexes, which alternative of a union it took; the alternatives of ours are told apart
by the member `kind`, and what is named there is no place of its own.
"""

Loc = tuple[str | int, ...]

_KIND = "kind"


def place_in(document: object, loc: Loc) -> Loc:
    """Give `loc` without the alternatives that it names."""
    here = document
    place: list[str | int] = []
    for part in loc:
        if isinstance(here, dict):
            if part not in here and part == here.get(_KIND):
                continue
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            here = None
        place.append(part)
    return tuple(place)
