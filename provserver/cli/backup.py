"""The commands that copy everything into one sealed file, and put it back."""

import os
from pathlib import Path
from typing import IO

import click

from provserver.cli.acting import acting_for_all, operator_of_all
from provserver.cli.printing import as_json, print_json, progress_bar
from provserver.config import load
from provserver.domain.roles import Actor
from provserver.logs import set_up
from provserver.services.house import House
from provserver.services.opening import open_house
from provserver.services.upkeep import restoring
from provserver.services.upkeep.backup import back_up

VARIABLE = "PROVSERVER_BACKUP_PASSPHRASE"
_passphrase = click.option(
    "--passphrase-file",
    type=click.File("r", encoding="utf-8"),
    help="Read the passphrase from a file (its first line); else PROVSERVER_BACKUP_PASSPHRASE, else it is asked for.",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--firmware", is_flag=True, help="With the firmware images; without, only which ones there are.")
@_passphrase
@as_json
@acting_for_all
def backup(
    house: House, actor: Actor, file: Path, firmware: bool, passphrase_file: IO[str] | None, json_: bool
) -> None:
    """Write everything of all companies into one file that only its passphrase opens, while the server works.

    In it are the tables, the key that secrets are sealed with, and certificates: whoever has the file and the
    passphrase has every password. Without the passphrase nobody can use it, you neither.

    \b
    Example:
      provserver backup /srv/backups/provserver-monday
    """
    with progress_bar("Writing") as progress:
        done = back_up(house, actor, file, _read(passphrase_file, new=True), firmware=firmware, progress=progress)
    if json_:
        print_json({"file": str(file), "rows": done.rows, "files": done.files, "size": done.size})
    else:
        click.echo(f"{file}: {done.rows} rows and {done.files} files, {done.size} bytes.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only read the file to its end, and tell what is in it.")
@click.option("--replace", is_flag=True, help="Put it in the place of all that is there.")
@_passphrase
@as_json
def restore(file: Path, check: bool, replace: bool, passphrase_file: IO[str] | None, json_: bool) -> None:
    """Put a backup back, on this machine or another, into SQLite or PostgreSQL; stop the server first.

    The file is read to its end before anything is touched; then all of it is put back, or nothing. A key that was
    replaced lies beside the new one as secret.key.before-restore.

    \b
    Example:
      provserver restore --check /srv/backups/provserver-monday
      provserver restore /srv/backups/provserver-monday
    """
    config, passphrase = load(), _read(passphrase_file)
    set_up("WARNING" if config.log_level == "INFO" else config.log_level)
    if check:
        content = restoring.look(file, passphrase)
    else:
        with progress_bar("Putting back") as progress:
            content = restoring.restore(config, file, passphrase, replace=replace, progress=progress)
        house = open_house(config)
        try:
            restoring.note_restored(house, operator_of_all(house), content)
        finally:
            house.database.close()
    facts = {"made": content.at, "version": content.version, "url": content.url, "rows": content.rows}
    if json_:
        print_json({**facts, "restored": not check, "files": content.files})
        return
    told = "is whole" if check else "is put back"
    held = f"{content.rows} rows and {len(content.files)} files"
    click.echo(f"{file} {told}: {held}, of {content.at}, version {content.version}.")


def _read(file: IO[str] | None, *, new: bool = False) -> str:
    if file is not None:
        return file.readline().rstrip("\r\n")
    given = os.environ.get(VARIABLE, "")
    if not given:
        given = click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
    return given
