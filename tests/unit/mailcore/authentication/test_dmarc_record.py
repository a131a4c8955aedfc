import pytest

from mailcore.authentication.dmarc_record import DmarcRecord, only_record, parse_record

STRICT = DmarcRecord("quarantine", "quarantine", strict_dkim=True, strict_spf=True, percentage=20)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        (b"v=DMARC1; p=none", DmarcRecord("none", "none")),
        (b"v=DMARC1;p=reject;", DmarcRecord("reject", "reject")),
        (b"v=DMARC1; p=Reject; sp=quarantine", DmarcRecord("reject", "quarantine")),
        (b"v=DMARC1; p=reject; sp=rubbish", DmarcRecord("reject", "reject")),
        (b"v=DMARC1; p=quarantine; adkim=s; aspf=S; pct=20", STRICT),
        (b"v=DMARC1; p=reject; pct=101; x=y", DmarcRecord("reject", "reject")),
        (b"v=DMARC1; p=rubbish; rua=mailto:a@example.org", DmarcRecord("none", "none")),
        (b"v=DMARC1; rua=mailto:a@example.org", DmarcRecord("none", "none")),
    ],
)
def test_records(text: bytes, record: DmarcRecord) -> None:
    assert parse_record(text) == record
    assert only_record([b"v=spf1 -all", text, b"v=DMARC2; p=none"]) == record


@pytest.mark.parametrize("text", [b"v=DMARC1", b"v=DMARC1; p=rubbish", b"v=DMARC1; p", b"v=DMARC1; p=none; p=none"])
def test_what_cannot_be_read(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"policy|tag"):
        only_record([text])


def test_none_or_several_are_none() -> None:
    assert only_record([]) is None
    assert only_record([b"dmarc", b" v=DMARC1; p=none", b"v=DMARC10; p=none", b"V=DMARC1; p=none"]) is None
    assert only_record([b"v=DMARC1; p=none", b"v=DMARC1; p=reject"]) is None
