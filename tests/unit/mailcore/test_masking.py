import pytest

from mailcore.masking import mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://a:b@h/d", "postgresql://a:***@h/d"),
        ("postgresql://a:p@ss@h/d", "postgresql://a:***@h/d"),
        ("amqp://h:5672/", "amqp://h:5672/"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ('{"password": "x y"}', '{"password": "*** y"}'),
        ("password=hunter22&next=1", "password=***&next=1"),
        ("MAIL FROM:<a:b@example.com>", "MAIL FROM:<a:b@example.com>"),
        ("", ""),
        ("PASSWORD = hunter22", "PASSWORD = ***"),
        ("basic aGVsbG86d29ybGQ=", "basic ***"),
        ("no \u017fecret: \u017f\u017f", "no \u017fecret: ***"),
    ],
)
def test_mask_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked
