"""The commands that look after the key that secrets are sealed with."""

import click

from provserver.cli.acting import REFUSED, acting_for_all
from provserver.cli.printing import as_json, print_json, progress_bar
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.upkeep.rotation import rotate as rotate_key


@click.group()
def key() -> None:
    """Look after the key that secrets are sealed with."""


@key.command()
@as_json
@acting_for_all
def rotate(house: House, actor: Actor, json_: bool) -> None:
    """Make a new data key, seal every secret with it, then forget the old keys.

    It may run beside the working server, and may be interrupted: start it again and it goes on. Afterwards a
    backup of the database needs the new secret.key beside it. Several nodes must share one secret.key file.

    \b
    Example:
      provserver key rotate
    """
    with progress_bar("Sealing again") as progress:
        done = rotate_key(house, actor, progress)
    if json_:
        print_json({"resealed": done.resealed, "unreadable": done.unreadable, "finished": done.finished})
    elif done.finished:
        click.echo(f"{done.resealed} values are sealed with the new key; the old keys are forgotten.")
    if not done.finished:
        places = ", ".join(done.unreadable)
        click.echo(f"Error: some values of {places} cannot be opened; the old keys are kept.", err=True)
        click.get_current_context().exit(REFUSED)
