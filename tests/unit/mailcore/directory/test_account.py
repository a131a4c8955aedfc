import pytest
from pydantic import ValidationError

from mailcore.directory.account import AccountFields


def test_address_is_kept_in_the_form_it_is_looked_up_by() -> None:
    assert AccountFields(address="JÖRG@Bücher.Example").address == "jörg@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@example.com", "a b@example.com", "a@[192.0.2.1]", "a@-.example", "İ" * 30 + "@example.com"],
)
def test_what_cannot_be_stored_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        AccountFields(address=address)


def test_password_is_not_shown() -> None:
    fields = AccountFields.model_validate({"address": "a@example.com", "password": "correct horse"})
    assert "correct horse" not in repr(fields)
    assert "correct horse" not in fields.model_dump_json()
