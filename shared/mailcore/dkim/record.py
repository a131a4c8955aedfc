"""The DNS record by which receivers find a key (RFC 6376 3.6.1), and what is wrong with one that was found. Pure."""

from mailcore.dkim.keys import Algorithm

_STRING = 255
"""Octets of one string of a TXT record (RFC 1035 3.3.14)."""
_KIND: dict[Algorithm, str] = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}


def record_name(selector: str, domain: str) -> str:
    """Give where the record lies."""
    return f"{selector}._domainkey.{domain}"


def record_text(algorithm: Algorithm, public: str) -> str:
    """Give what the record says; `public` is the key as `keys.KeyPair` has it."""
    return f"v=DKIM1; k={_KIND[algorithm]}; p={public}"


def strings_of(text: str) -> tuple[str, ...]:
    """Split what a record says into strings of a TXT record; readers join them without a space between."""
    return tuple(text[start : start + _STRING] for start in range(0, len(text), _STRING))


def zone_line(name: str, text: str) -> str:
    """Give the record as a line of a zone file."""
    quoted = " ".join(f'"{string}"' for string in strings_of(text))
    return f"{name}. IN TXT ( {quoted} )"


def mismatch(published: bytes, algorithm: Algorithm, public: str) -> str | None:
    """Say why a record does not let receivers verify what the key signs; None: it does."""
    tags = _tags(published)
    if tags is None:
        return "it is no list of tags"
    found = "".join(tags.get("p", "").split())
    wrong = {
        "v= is not DKIM1": tags.get("v", "DKIM1") != "DKIM1",
        f"k= is not {_KIND[algorithm]}": tags.get("k", "rsa") != _KIND[algorithm],
        "h= does not allow sha256": "h" in tags and "sha256" not in _list(tags["h"]),
        "s= does not allow mail": "s" in tags and not {"*", "email"} & _list(tags["s"]),
        "p= is empty: the key is revoked": not found,
        "p= is another key": found != public,
    }
    return next((why for why, is_so in wrong.items() if is_so), None)


def _tags(published: bytes) -> dict[str, str] | None:
    """Read a tag-list (RFC 6376 3.2); None when it is none."""
    tags: dict[str, str] = {}
    for part in published.decode("utf-8", "replace").split(";"):
        name, equals, value = part.partition("=")
        if not part.strip():
            continue
        if not equals or name.strip() in tags:
            return None
        tags[name.strip()] = value.strip()
    return tags


def _list(value: str) -> set[str]:
    return {one.strip() for one in value.split(":")}
