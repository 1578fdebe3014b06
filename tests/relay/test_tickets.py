"""Tickets admit once, and not for long."""

from __future__ import annotations

import pytest

from pyscript_jupyter.relay.tickets import LIFETIME, Ticket, Tickets

TICKET = Ticket("room", "frame", "py")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    return Tickets(clock)


def test_a_ticket_admits_to_what_it_was_made_for(tickets: Tickets) -> None:
    assert tickets.redeem(tickets.mint(TICKET)) == TICKET


def test_a_ticket_admits_once(tickets: Tickets) -> None:
    key = tickets.mint(TICKET)
    tickets.redeem(key)
    assert tickets.redeem(key) is None


def test_an_unknown_ticket_admits_to_nothing(tickets: Tickets) -> None:
    assert tickets.redeem("") is None


def test_a_ticket_that_waited_too_long_admits_to_nothing(tickets: Tickets, clock: Clock) -> None:
    key = tickets.mint(TICKET)
    clock.now += LIFETIME
    assert tickets.redeem(key) is None


def test_no_two_tickets_are_alike(tickets: Tickets) -> None:
    assert tickets.mint(TICKET) != tickets.mint(TICKET)
