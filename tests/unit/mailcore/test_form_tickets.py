"""Tickets of forms: made by us, for one form and client, lately."""

import pytest

from mailcore.form_tickets import GOOD_SECONDS, FormTickets

NOW = 1_767_225_600.0
TICKETS = FormTickets([b"new", b"old"])


@pytest.mark.parametrize("later", [0.0, GOOD_SECONDS - 1.0, -200.0])
def test_a_ticket_is_good_for_a_while(later: float) -> None:
    assert TICKETS.is_good(TICKETS.new("1 192.0.2.1", NOW), "1 192.0.2.1", NOW + later)


@pytest.mark.parametrize("what", ["2 192.0.2.1", "1 192.0.2.2", ""])
def test_it_is_good_for_nothing_else(what: str) -> None:
    assert not TICKETS.is_good(TICKETS.new("1 192.0.2.1", NOW), what, NOW)


@pytest.mark.parametrize("later", [GOOD_SECONDS + 1.0, -400.0])
def test_it_is_good_neither_for_ever_nor_before(later: float) -> None:
    assert not TICKETS.is_good(TICKETS.new("1", NOW), "1", NOW + later)


@pytest.mark.parametrize("ticket", ["", "x", "AAAA", "ä" * 24, "A" * 24, "!" * 24, "=" * 24])
def test_others_are_none(ticket: str) -> None:
    assert not TICKETS.is_good(ticket, "1", NOW)


def test_those_of_an_older_key_are_good_still() -> None:
    assert TICKETS.is_good(FormTickets([b"old"]).new("1", NOW), "1", NOW)
    assert not TICKETS.is_good(FormTickets([b"other"]).new("1", NOW), "1", NOW)
