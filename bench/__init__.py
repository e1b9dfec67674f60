"""Measurements: never part of the tests; each prints its conditions and compares within the same run."""
