from mailcore.mail.date_time import date_alone, date_time


def test_a_second_is_written_as_rfc_5322_has_it() -> None:
    assert date_time(1_767_225_600.9) == "Thu, 01 Jan 2026 00:00:00 +0000"


def test_a_date_alone_is_that_of_utc() -> None:
    assert (date_alone(1_767_225_599.9), date_alone(1_767_225_600.0)) == ("2025-12-31", "2026-01-01")
