from uuid import UUID

from processor.maildir.name import delivery_key, file_name, is_named_for

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_a_name_is_made_of_time_key_and_sizes() -> None:
    assert file_name(1_767_225_600.9, "ab12", 10, 12) == "1767225600.ab12.hikyaku,S=10,W=12"


def test_the_same_delivery_has_the_same_key_and_every_other_another() -> None:
    assert delivery_key(ONE, "m", ".a") == delivery_key(ONE, "m", ".a")
    keys = [
        delivery_key(message, mailbox, folder) for message in (ONE, OTHER) for mailbox in "mn" for folder in ("", ".a")
    ]
    assert len(set(keys)) == 8


def test_flags_and_other_hosts_do_not_hide_a_key() -> None:
    key = delivery_key(ONE, "m", "")
    name = file_name(1.0, key, 1, 1)
    assert is_named_for(name, key)
    assert is_named_for(f"{name}:2,RS", key)
    assert not is_named_for(name, delivery_key(OTHER, "m", ""))
