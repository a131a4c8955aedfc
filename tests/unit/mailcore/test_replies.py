import pytest

from mailcore import replies
from mailcore.replies import Reply

DECLARED = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}


@pytest.mark.parametrize(("code", "status"), [(250, "5.0.0"), (450, "5.7.1"), (550, "4.1.1"), (199, ""), (600, "")])
def test_a_reply_that_contradicts_itself_does_not_exist(code: int, status: str) -> None:
    with pytest.raises(ValueError, match=str(code)):
        Reply(code, status, "text")


@pytest.mark.parametrize("status", ["5.7", "5.7.1.1", "5.x.1", "3.0.0", "5.7.1 "])
def test_a_status_has_the_form_of_rfc_3463(status: str) -> None:
    with pytest.raises(ValueError, match="disagree"):
        Reply(550, status, "text")


@pytest.mark.parametrize("name", DECLARED)
def test_status_where_rfc_2034_wants_one_and_only_there(name: str) -> None:
    without = DECLARED[name].code // 100 == 3 or name in {"GREETING", "HELO_OK"}
    assert (DECLARED[name].status == "") is without


def test_what_is_sent() -> None:
    assert Reply(550, "5.1.1", "No such mailbox").wire() == b"550 5.1.1 No such mailbox\r\n"
    assert Reply(354, "", "Go on").wire() == b"354 Go on\r\n"


def test_every_line_has_code_and_status() -> None:
    assert Reply(550, "5.1.1", "one\ntwo").wire() == b"550-5.1.1 one\r\n550 5.1.1 two\r\n"
    assert Reply(250, "", "host\nSIZE 1").wire() == b"250-host\r\n250 SIZE 1\r\n"


def test_placeholders_are_filled_in() -> None:
    assert replies.TOO_MANY_RECIPIENTS.about(limit=5).text == "Too many recipients; at most 5 per message"


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("250 2.1.0 OK\r\n", Reply(250, "2.1.0", "OK")),
        ("250-SIZE", Reply(250, "", "SIZE")),
        ("250 ", Reply(250, "", "")),
        ("550 4.1.1 mixed up", Reply(550, "", "4.1.1 mixed up")),
        ("550 grüß gott", Reply(550, "", "grüß gott")),
    ],
)
def test_replies_of_other_servers_are_read(line: str, reply: Reply) -> None:
    assert Reply.parse(line) == reply


@pytest.mark.parametrize("line", ["", "hello", "25", "2500 x", "100 x", "999 x"])
def test_what_is_no_reply_is_said_so(line: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP reply"):
        Reply.parse(line)


@pytest.mark.parametrize(
    ("reply", "success", "temporary"),
    [
        (replies.MESSAGE_ACCEPTED, True, False),
        (replies.START_MESSAGE, True, False),
        (replies.TRY_AGAIN_LATER, False, True),
        (replies.RECIPIENT_UNKNOWN, False, False),
    ],
)
def test_kinds(reply: Reply, success: bool, temporary: bool) -> None:
    assert (reply.is_success, reply.is_temporary) == (success, temporary)
