"""The commands that take changes back: one, or everything since a moment."""

from collections.abc import Callable
from dataclasses import asdict

import click

from provserver.cli.acting import acting
from provserver.cli.audit import COLUMNS
from provserver.cli.printing import as_json, print_json
from provserver.domain.moments import read_moment
from provserver.domain.roles import Actor
from provserver.errors import Invalid
from provserver.services.editing import previews
from provserver.services.editing.previews import Preview
from provserver.services.history import undoing
from provserver.services.history.audit import Wanted
from provserver.services.history.undoing import Undone
from provserver.services.house import House

_dry_run = click.option("--dry-run", is_flag=True, help="Tell what would be put back, and change nothing.")
_partly = click.option("--partly", is_flag=True, help="Leave what cannot be taken back, such as secrets.")


@click.command()
@click.argument("number", type=int)
@click.option("--overwrite", is_flag=True, help="Also put back what was changed again since.")
@_partly
@_dry_run
@as_json
@acting
def undo(house: House, actor: Actor, number: int, overwrite: bool, partly: bool, dry_run: bool, json_: bool) -> None:
    """Take one change back, by its number; that is a change of its own, and can be taken back as well.

    \b
    Example:
      provserver audit undo 1204 --dry-run
    """

    def do(where: House) -> Undone:
        return undoing.undo(where, actor, number, partly=partly, overwrite=overwrite)

    _run(house, actor, do, dry_run, json_)


@click.command()
@click.option("--device", default="", metavar="MAC", help="Only this phone; else the whole company.")
@click.option("--to", default="", metavar="MOMENT", help="Such as 2026-03-01T14:30 (UTC).")
@click.option("--before", "number", default=0, metavar="NUMBER", help="Instead: to before this change.")
@_partly
@_dry_run
@as_json
@acting
def rollback(
    house: House, actor: Actor, device: str, to: str, number: int, partly: bool, dry_run: bool, json_: bool
) -> None:
    """Put a phone or the company back to what it was at a moment, or before a change.

    Phones and lines that were added or removed since stay as they are, and so do secrets: --partly goes on without.

    \b
    Example:
      provserver audit rollback --device 0004f2aabbcc --to 2026-03-01T14:30 --dry-run
    """
    if bool(to) == bool(number):
        raise click.UsageError("Give --to MOMENT or --before NUMBER.")
    try:
        wanted = Wanted(device=device, since=read_moment(to) if to else None)
    except ValueError as error:
        raise Invalid.field("to", str(error)) from error
    _run(house, actor, lambda where: undoing.roll_back(where, actor, wanted, number, partly=partly), dry_run, json_)


def _run(house: House, actor: Actor, do: Callable[[House], Undone], dry_run: bool, json_: bool) -> None:
    done, preview = previews.attempt(house, actor, do) if dry_run else (do(house), None)
    if json_:
        rows = [{name: getattr(row, name) for name in (*COLUMNS, "undoes")} for row in done.lines]
        print_json({"dry_run": dry_run, "changes": rows, "left": [asdict(one) for one in done.plan.left]})
        return
    for row in done.lines:
        back = ", ".join(map(str, row.undoes))
        click.echo(f"{'Would put' if dry_run else 'Put'} back: {row.what} of {row.subject} (change {back})")
    for one in done.plan.left:
        click.echo(f"Stays: {' '.join(part for part in (one.subject, one.name) if part)}: {one.reason}")
    if preview is not None:
        click.echo(_told(preview))


def _told(preview: Preview) -> str:
    counts = preview.counts
    seen = "" if preview.is_whole else f" Of {counts.rendered} of them that were rendered to see:"
    then = f" {preview.waits.sentence.capitalize()}." if preview.waits and counts.restarting else ""
    return f"{counts.touched} phones are touched.{seen} {counts.changing} change, {counts.restarting} restart.{then}"
