"""Waiting until a phone has fetched what it should have: the proof, at the command line."""

import time

import click

from provserver.cli.acting import REFUSED
from provserver.domain.roles import Actor
from provserver.domain.state import State
from provserver.services.house import House
from provserver.services.pushing import progress

wait_option = click.option(
    "--wait", type=click.IntRange(0, 3600), default=0, metavar="SECONDS", help="Wait for the phone to have it."
)

_LOOK_EVERY = 0.2
_DONE = frozenset({State.APPLIED, State.CURRENT})


def wait_until_applied(house: House, actor: Actor, mac: str, seconds: int) -> None:
    """Follow a phone's state until it has its configuration; exits with 1 where it has not in time."""
    if not seconds:
        return
    deadline, before = time.monotonic() + seconds, ""
    while True:
        standing = progress.state(house, actor, mac)
        if (told := f"{standing.state}: {standing.reason}") != before:
            click.echo(told, err=True)
            before = told
        if standing.state in _DONE:
            return
        if standing.state is State.FAILED or time.monotonic() > deadline:
            click.get_current_context().exit(REFUSED)
        time.sleep(_LOOK_EVERY)
