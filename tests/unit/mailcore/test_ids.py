from uuid import UUID

from mailcore.ids import derived_id, new_message_id

PARENT = UUID("01890000-0000-7000-8000-000000000000")


def zeros(_bits: int) -> int:
    return 0


def ones(bits: int) -> int:
    return (1 << bits) - 1


def test_it_is_a_uuid_of_version_7() -> None:
    for source in (zeros, ones):
        made = new_message_id(1_700_000_000.5, source)
        assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_it_begins_with_the_milliseconds() -> None:
    assert new_message_id(1_700_000_000.123, zeros).int >> 80 == 1_700_000_000_123


def test_later_ones_sort_after_earlier_ones_whatever_the_random_bits() -> None:
    assert new_message_id(1_700_000_000.001, ones) < new_message_id(1_700_000_000.002, zeros)
    assert str(new_message_id(1_700_000_000.001, ones)) < str(new_message_id(1_700_000_000.002, zeros))


def test_what_comes_of_a_message_has_the_same_id_each_time() -> None:
    assert derived_id(PARENT, "store", "a@example.com") == derived_id(PARENT, "store", "a@example.com")


def test_effects_targets_and_parents_are_told_apart() -> None:
    made = {
        derived_id(PARENT, "store", "a@example.com"),
        derived_id(PARENT, "reply", "a@example.com"),
        derived_id(PARENT, "store", "b@example.com"),
        derived_id(UUID(int=1), "store", "a@example.com"),
        derived_id(PARENT, "storea", "@example.com"),
    }
    assert len(made) == 5
