"""Whether two kinds of request can be told apart by the time that they take, on any machine and beside any load.

Requests come in pairs, one of each kind, in an order drawn anew for each pair. How often the first kind was the
slower one is a share that is one half where the kinds cost the same, whatever the machine does meanwhile: by the drawn
order each pair is as likely one way as the other. So the share follows a binomial distribution, and its bounds are
known without measuring anything. An attacker who has one pair of answers guesses right as often as the share says.
"""

import gc
import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SIGMAS = 6.0
"""A share of two kinds that cost the same lies outside of so many standard deviations once in 500 million runs."""
NEGLIGIBLE = 0.06
"""A share that lies this close to one half is no oracle, however surely it is measured: two groups of addresses of the
same kind differ by up to 0.04, by where their texts lie in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How often the first of a pair was the slower one."""

    pairs: int
    slower: int
    negligible: float = NEGLIGIBLE

    @property
    def share(self) -> float:
        """Give the share of pairs."""
        return self.slower / self.pairs

    @property
    def bound(self) -> float:
        """Give how far from one half the share may lie."""
        return max(self.negligible, SIGMAS * 0.5 / math.sqrt(self.pairs))

    @property
    def tells(self) -> bool:
        """Tell whether the two kinds can be told apart."""
        return abs(self.share - 0.5) > self.bound

    def __str__(self) -> str:
        return f"{self.share:.4f} of {self.pairs} pairs (bound 0.5 ± {self.bound:.4f})"


def compare(
    one: Callable[[int], object], other: Callable[[int], object], pairs: int, dice: random.Random
) -> Comparison:
    """Call both with the number of the pair, in a drawn order, and count how often ``one`` took longer."""
    slower = even = 0
    with _without_collection():
        for number in range(pairs):
            first = dice.random() < 0.5
            times = [_timed(what, number) for what in ((one, other) if first else (other, one))]
            mine, others = times if first else reversed(times)
            slower += mine > others
            even += mine == others
    return Comparison(pairs, slower + even // 2)


def _timed(what: Callable[[int], object], number: int) -> int:
    start = time.perf_counter_ns()
    what(number)
    return time.perf_counter_ns() - start


@contextmanager
def _without_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
