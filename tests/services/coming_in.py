"""Somebody who comes in, for the tests of it: a password, wrong ones, and time that passes."""

import pytest

from provserver.errors import Unauthenticated
from provserver.services.access.sign_in import sign_in
from provserver.services.house import House
from tests.fakes.clock import FakeClock

PASSWORD = "correct horse battery"


def forward(house: House, **much: float) -> None:
    """Let time pass."""
    assert isinstance(house.clock, FakeClock)
    house.clock.forward(**much)


def wrong(house: House, times: int, address: str = "", name: str = "anna") -> None:
    """Try a wrong password."""
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            sign_in(house, name, "wrong wrong wrong", address)
