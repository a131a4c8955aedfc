import pytest

from mailcore.dsn.language import language_for, language_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Subject: hello\r\n", "en"),
        ("", "en"),
        ("Subject: こんにちは\r\n", "ja"),
        ("Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n", "ja"),
        ("Subject: =?ISO-2022-JP?B?GyRCSHQ1UxsoQg==?=\r\n", "ja"),
        ("Subject: 飛脚\r\n", "en"),  # as Chinese has it too
        ("From: =?shift_jis?B?joM=?= <ada@example.com>\r\n", "ja"),
        ("Content-Type: text/plain; charset=iso-2022-jp\r\n", "ja"),
        ("Content-Language: ja\r\nSubject: hello\r\n", "ja"),
        ("Content-Language: en-GB\r\nSubject: こんにちは\r\n", "en"),
        ("Accept-Language: ja-JP, en;q=0.8\r\nContent-Language: en\r\n", "ja"),
        ("Accept-Language: fr, de\r\nSubject: こんにちは\r\n", "ja"),
    ],
)
def test_a_message_shows_its_language(header: str, language: str) -> None:
    assert language_of(header.encode()) == language
    assert language_for("auto", header.encode()) == language


def test_the_settings_may_name_one() -> None:
    assert language_for("en", "Subject: こんにちは\r\n".encode()) == "en"
    assert language_for("ja", b"Subject: hello\r\n") == "ja"
