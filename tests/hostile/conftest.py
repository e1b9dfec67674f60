"""The hostile campaign: short with every run of the tests, long by ``make hostile``, which prints its numbers."""

import os
from collections.abc import Callable, Iterator

import pytest

LONG = os.environ.get("PROVSERVER_HOSTILE") == "long"

Size = Callable[[int, int], int]
Report = Callable[..., None]


@pytest.fixture(scope="session")
def size() -> Size:
    """Give how often something is tried: the first number in the short form, the second in the long one."""
    return lambda short, long: long if LONG else short


@pytest.fixture
def report(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Report]:
    """Take the numbers of one campaign, as ``report(tried=…, lost=…)``; the long form prints them."""
    numbers: dict[str, object] = {}
    yield numbers.update
    if LONG and numbers:
        with capsys.disabled():
            told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
            print(f"\n{request.node.name}: {told}")
