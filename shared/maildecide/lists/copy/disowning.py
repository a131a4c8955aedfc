"""Whether others may refuse a copy since the author's domain disowns it (RFC 7489, RFC 7960 3.2.3).

Asked by `munging` and `enclosing`, when all that is changed in the header section has been changed.
"""

from mailcore.authentication.dkim.canonical_header import SignedHeader
from mailcore.authentication.dkim.signature import MOST_SIGNATURES, Signature, parse_dkim_signature
from mailcore.mail.header_edits import all_fields, fields_called
from maildecide.lists.copy.post import Copy, PostOut
from maildecide.lists.copy.texts import has_texts


def is_disowned(copy: Copy, post: PostOut) -> bool:
    """Whether the domain asks for that, or may, and no signature of it is left: what one covers is as it came."""
    standing = post.standing
    if standing.policy == "none":
        return False
    if has_texts(post) or not standing.signatures:
        return True
    return standing.signatures.isdisjoint(signed_digests(copy.header))


def signed_digests(header: bytes) -> dict[bytes, Signature]:
    """Give the signatures that are looked at in a header section, by the SHA-256 of what each signs there."""
    signed = SignedHeader(all_fields(header))
    found = {}
    for raw in fields_called(header, b"dkim-signature")[:MOST_SIGNATURES]:
        try:
            one = parse_dkim_signature(raw)
        except ValueError:
            continue
        found[signed.digest(one.names, raw, one.header_method)] = one
    return found
