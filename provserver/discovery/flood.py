"""How much is listened to: so much of each address, so much of all together, and the rest is dropped."""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from time import monotonic

log = logging.getLogger(__name__)

SOURCES = 4096
"""Addresses that are remembered; the one that was quiet for longest is forgotten first."""


class Bucket:
    """Lets ``burst`` through at once, and after that ``rate`` a second."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, now

    def takes(self, now: float) -> bool:
        """Tell whether there is room for one more, and take it."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Limits:
    """A bucket for every address, and one for all; rates are a second."""

    def __init__(
        self, each: tuple[float, float], together: tuple[float, float], clock: Callable[[], float] = monotonic
    ) -> None:
        self._each = each
        self._clock = clock
        self._all = Bucket(*together, clock())
        self._sources: OrderedDict[str, Bucket] = OrderedDict()

    def allow(self, address: str) -> bool:
        """Tell whether one more datagram of this address is listened to.

        Its own bucket is asked first, so that one address in a rage leaves room for all others.
        """
        now = self._clock()
        bucket = self._sources.get(address)
        if bucket is None:
            bucket = self._sources[address] = Bucket(*self._each, now)
            if len(self._sources) > SOURCES:
                self._sources.popitem(last=False)
        self._sources.move_to_end(address)
        return bucket.takes(now) and self._all.takes(now)


class Dropped:
    """Counts what was dropped, and writes the 1st, 10th, 100th … down: a flood must not fill the log."""

    def __init__(self, what: str) -> None:
        self.counts: Counter[str] = Counter()
        self._what = what

    def add(self, kind: str, address: str, reason: str = "") -> None:
        """Count one more of a kind."""
        self.counts[kind] += 1
        count = self.counts[kind]
        if count == 10 ** (len(str(count)) - 1):
            facts = {"what": self._what, "kind": kind, "count": count, "address": address, "reason": reason}
            log.warning("Something on the network was dropped", extra=facts)
