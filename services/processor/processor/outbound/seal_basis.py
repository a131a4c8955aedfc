"""What a seal of ours (ARC) on a stranger's message would stand on, and whose it would be. Pure."""

from collections.abc import Iterable
from itertools import islice

from mailcore.authentication.arc_sealing import ArcBasis, arc_basis
from mailcore.mail.incoming import Marks
from maildecide.message.signers import server_signers

_MOST_SEALERS = 4
"""Of how many recipients the domains are looked at for a key that seals."""


def seal_basis(
    marks: Marks, server: str, sender: str, recipients: Iterable[str]
) -> tuple[ArcBasis, tuple[str, ...]] | None:
    """Give that, and domains of which the first that has keys seals; None for what is nobody's to seal.

    `server`: what the server that took it calls itself; `sender`, `recipients`: of the envelope it came with.
    """
    names = marks.fields.results_of or (server,)
    basis = arc_basis(names[-1], marks.authentication, sender)
    if basis is None:
        return None
    ours = (address.rpartition("@")[2].lower() for address in islice(recipients, _MOST_SEALERS))
    return basis, tuple(dict.fromkeys((*server_signers(server), *ours)))
