"""How often what phones asked is written down."""

from provserver.services.delivery.sightings import FLUSH_EVERY, FLUSH_LATEST, pause_after


def test_writing_takes_a_fifth_of_the_time_and_sightings_do_not_lie_for_long() -> None:
    assert pause_after(0) == FLUSH_EVERY
    assert pause_after(FLUSH_EVERY / 4) == FLUSH_EVERY
    assert pause_after(0.25) == 1.0
    assert pause_after(60) == FLUSH_LATEST
