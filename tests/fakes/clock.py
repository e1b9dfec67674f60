"""A clock that runs like the real one, and can be put forward."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time; ``forward`` skips time without waiting."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **how_far: float) -> None:
        """Put the clock forward, with the words of timedelta."""
        self.ahead += timedelta(**how_far)
