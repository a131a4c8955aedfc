"""Octets cut into chunks, for tests of what must not depend on how they come."""

from hypothesis import strategies as st


@st.composite
def cut(draw: st.DrawFn, octets: st.SearchStrategy[bytes]) -> list[bytes]:
    """Draw octets, cut somewhere."""
    whole = draw(octets)
    borders = sorted(draw(st.sets(st.integers(0, len(whole)), max_size=6)))
    return [whole[begin:end] for begin, end in zip([0, *borders], [*borders, len(whole)], strict=True)]


def of_alphabet(alphabet: bytes, most: int = 60) -> st.SearchStrategy[bytes]:
    """Draw octets of few kinds, so that what is looked for is met often."""
    return st.lists(st.sampled_from(list(alphabet)), max_size=most).map(bytes)
