"""The commands that bring lines and phones in and give them out, as one table."""

import json
import os
import sys
from typing import IO

import click

from provserver.cli.acting import REFUSED, acting
from provserver.cli.printing import as_json, print_json, progress_bar
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.spreadsheet import table
from provserver.services.spreadsheet.exchange import Imported, import_table
from provserver.services.spreadsheet.export import export_table
from provserver.services.spreadsheet.table import COLUMNS

_OURS_ALONE = 0o077
"""What nobody else on this machine may do with a file of passwords, as a umask."""
_WIDTH = max(map(len, COLUMNS))
_COLUMNS_HELP = "\n".join(f"  {name:<{_WIDTH}}  {text}" for name, text in COLUMNS.items())

_IMPORT_HELP = f"""Add and change lines and phones from a CSV file (UTF-8; comma, semicolon or tab), all or nothing.

The whole table is tried first, then saved in short steps, so that others can save meanwhile. An import that is cut
off is finished by importing the same table again.

The first row names the columns. What exists already is changed to what its row says; an empty cell leaves it as
it is, and a filled "keys" tells all keys of the phone.

\b
{_COLUMNS_HELP}

\b
Example:
  provserver import --dry-run people.csv
  provserver import people.csv
"""


@click.command("import", help=_IMPORT_HELP)
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything and save nothing.")
@click.option("--keep-going", is_flag=True, help="Leave wrong rows out and save the others.")
@as_json
@acting
def import_(house: House, actor: Actor, file: IO[bytes], dry_run: bool, keep_going: bool, json_: bool) -> None:
    """Add and change lines and phones from a CSV file."""
    text = table.decode(file.read())
    with progress_bar("Importing") as progress:
        done = import_table(house, actor, text, dry_run=dry_run, keep_going=keep_going, progress=progress)
    if json_:
        print_json(done.plain())
    else:
        _print(done, dry_run)
    if done.errors:
        click.get_current_context().exit(REFUSED)


def _print(done: Imported, dry_run: bool) -> None:
    for error in done.errors:
        click.echo(f"Error: row {error.row}: {error.field + ': ' if error.field else ''}{error.message}", err=True)
    counts = (
        (len(done.lines_added), "lines added"),
        (len(done.lines_changed), "lines changed"),
        (len(done.devices_added), "phones added"),
        (len(done.devices_changed), "phones changed"),
        (len(done.departments_added), "departments added"),
    )
    told = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing to change"
    if done.saved:
        click.echo(f"Saved: {told}.")
    elif dry_run:
        click.echo(f"Dry run, nothing is saved: {told}.")
    else:
        click.echo("Nothing is saved. Mend these rows, or leave them out with --keep-going.", err=True)


@click.command()
@click.option("--secrets", is_flag=True, help="With the SIP passwords; who took them is audited.")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="Else the screen.")
@click.option("--json", "json_", is_flag=True, help="Write a list of rows as JSON, for programs; import reads CSV.")
@acting
def export(house: House, actor: Actor, secrets: bool, output: IO[str], json_: bool) -> None:
    """Write all lines and phones as CSV, in the form that import reads.

    \b
    Example:
      provserver export -o people.csv
    """
    with progress_bar("Exporting") as progress:
        text = export_table(house, actor, secrets=secrets, progress=progress)
    before = os.umask(_OURS_ALONE) if secrets else None
    try:
        output.write(_rows_as_json(text) if json_ else text)  # the file is opened by the first write
        if output is not sys.stdout:
            output.flush()
    finally:
        if before is not None:
            os.umask(before)


def _rows_as_json(text: str) -> str:
    """Write the table's rows as JSON, only with the cells that are filled in."""
    return json.dumps([dict(row.cells) for row in table.read(text)], ensure_ascii=False, indent=2) + "\n"
