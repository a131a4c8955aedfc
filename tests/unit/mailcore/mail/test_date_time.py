from mailcore.mail.date_time import date_time


def test_to_the_second_in_utc() -> None:
    assert date_time(1_767_225_600.9) == "Thu, 01 Jan 2026 00:00:00 +0000"
