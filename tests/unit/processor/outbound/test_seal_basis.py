import pytest

from mailcore.authentication.arc_sealing import ArcBasis
from mailcore.authentication.results import ArcVerdict, Authentication
from mailcore.mail.incoming import Marks, StandardFields
from processor.outbound.seal_basis import seal_basis

FOUND = Authentication()
SAID = ("spf=none smtp.mailfrom=bob@example.org", "dkim=none", "dmarc=none")


@pytest.mark.parametrize(
    ("fields", "server"),
    [
        (StandardFields(), "mx.example.com"),
        (StandardFields(results_of=("old.example.com", "id.example.com")), "id.example.com"),
    ],
)
def test_what_a_seal_stands_on(fields: StandardFields, server: str) -> None:
    marks = Marks(authentication=FOUND, fields=fields)
    recipients = ["Ada@EXAMPLE.net", *(f"x@d{n}.example" for n in range(9)), "late@example.org"]
    found = seal_basis(marks, "mx.example.com", "bob@example.org", recipients)
    sealers = ("mx.example.com", "example.com", "example.net", "d0.example", "d1.example", "d2.example")
    assert found == (ArcBasis((server, *SAID), "none"), sealers)


@pytest.mark.parametrize("marks", [Marks(), Marks(authentication=Authentication(arc=ArcVerdict("fail")))])
def test_what_is_nobodys_to_seal(marks: Marks) -> None:
    assert seal_basis(marks, "mx.example.com", "bob@example.org", ["ada@example.com"]) is None
