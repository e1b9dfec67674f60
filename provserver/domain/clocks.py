"""Clocks that are put right: what was written by one that went ahead lies further away than it can."""

from datetime import datetime, timedelta

DRIFT = timedelta(minutes=5)
"""How far the clocks of nodes may be apart; nothing that has an end outlives it by more, whatever a clock does."""


def is_ahead(moment: datetime | None, now: datetime, reach: timedelta = timedelta(0)) -> bool:
    """Tell whether a moment lies further ahead than ``reach``, the most that it was ever put ahead, and the drift."""
    return moment is not None and moment > now + reach + DRIFT
