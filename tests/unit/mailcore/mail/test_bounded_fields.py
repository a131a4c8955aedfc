import time
from email import message_from_bytes

from mailcore.mail.bounded_fields import BOUNDED_FIELDS
from mailcore.mail.media_type import media_type_of
from maildecide.lists.commands.plain_text import plain_text

LONG = b'text/plain; a="' + b";" * 200_000


def test_what_is_usual_is_read_as_ever() -> None:
    octets = (
        b"Content-Type: text/plain; charset=utf-8; name*0*=utf-8''%e9; name*1=x\r\nSubject: \xff\r\n\r\nA heron.\r\n"
    )
    usual, bounded = message_from_bytes(octets), message_from_bytes(octets, policy=BOUNDED_FIELDS)
    assert bounded.get_params() == usual.get_params()
    assert str(bounded["Subject"]) == str(usual["Subject"])
    assert bounded.get_payload(decode=True) == b"A heron.\r\n"


def test_what_is_endless_takes_no_time() -> None:
    begun = time.process_time()
    assert media_type_of(LONG)[0] == "text/plain"
    assert plain_text(b"Content-Type: " + LONG + b"\r\n\r\nA heron.\r\n") == "A heron.\r\n"
    # Read whole, each takes most of a minute.
    assert time.process_time() - begun < 10
