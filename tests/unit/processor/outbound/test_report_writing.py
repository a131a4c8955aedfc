"""Reports as they are handed on, whole: octet for octet what lies in `reports/`."""

import pytest
from tests.unit.processor.outbound.golden_reports import FILES, Case, cases, made, shown

CASES = tuple(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_report_is_what_its_file_says(case: Case) -> None:
    report = await made(case)
    assert report == (FILES / f"{case.name}.eml").read_bytes()
    assert shown(report) == (FILES / f"{case.name}.txt").read_text(encoding="utf-8")


def test_every_file_is_of_a_report() -> None:
    assert {path.stem for path in FILES.iterdir()} == {case.name for case in CASES}
