"""Whose a domain is, and whether two are one organisation's (RFC 7489 3.1 and 3.2)."""

from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from mailcore.address import domain_to_ascii


def organizational_domain(domain: str) -> str:
    """Give what an organisation has registered of a domain in A-labels: one label below the public suffix.

    A public suffix is its own.
    """
    return _suffixes().privatesuffix(domain) or domain


def is_aligned(domain: str, author: str, *, strictly: bool = False) -> bool:
    """Whether what is known of `domain` vouches for `author`: the same, or unless `strictly` of one organisation."""
    if domain == author:
        return bool(domain)
    return not strictly and organizational_domain(domain) == organizational_domain(author)


def known_form(domain: str) -> str:
    """Give a domain that somebody wrote in A-labels. Raises ValueError for what is none."""
    if "." not in domain:
        raise ValueError(f"{domain[:80]!r} is no domain of anybody")
    return domain_to_ascii(domain)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Give the list that comes with the library; read when it is first needed."""
    return PublicSuffixList()
