"""The commands for a phone's keys."""

import json
from dataclasses import asdict
from typing import IO

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_json, print_table
from provserver.cli.waiting import wait_option, wait_until_applied
from provserver.domain.keys import EMPTY
from provserver.domain.mac import parse_mac
from provserver.domain.roles import Actor
from provserver.errors import Invalid
from provserver.services.changes import Saved
from provserver.services.editing import keys as plans
from provserver.services.editing.key_notation import plain_key, read_keys
from provserver.services.house import House


@click.group()
def keys() -> None:
    """Set and show the keys of a phone."""


@keys.command()
@click.argument("mac")
@click.option("--all", "all_", is_flag=True, help="Empty keys too.")
@as_json
@acting
def show(house: House, actor: Actor, mac: str, all_: bool, json_: bool) -> None:
    """Show the keys of a phone; those of modules as s1.5.

    \b
    Example:
      provserver keys show 0004f2aabbcc
    """
    plan = plans.read_keys(house, actor, mac)
    if json_:
        print_json({str(slot): plain_key(item.key) for slot, item in plan.items()})
        return
    rows = [
        (str(slot), item.key.kind, item.key.target, item.shown, item.key.line)
        for slot, item in plan.items()
        if all_ or item.key != EMPTY
    ]
    print_table(("KEY", "KIND", "TARGET", "SHOWS", "LINE"), rows)


@keys.command("set")
@click.argument("mac")
@click.argument("assignments", nargs=-1, metavar="KEY=KIND[:TARGET][,label=TEXT]…")
@click.option("--file", type=click.File("r", encoding="utf-8"), help="Read the keys as JSON; - is the input.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@wait_option
@as_json
@acting
def set_(
    house: House,
    actor: Actor,
    mac: str,
    assignments: tuple[str, ...],
    file: IO[str] | None,
    dry_run: bool,
    wait: int,
    json_: bool,
) -> None:
    """Set some keys of a phone, all or nothing; the running server tells the phone at once.

    Kinds: none line speed-dial blf pickup park intercom dtmf url voicemail forward dnd. After the target may come
    label=TEXT, line=N (the account), name=yes|no (show the monitored person's name) and locked=yes|no.

    \b
    Example:
      provserver keys set 0004f2aabbcc 3=blf:204 "4=speed-dial:*98,label=Pickup" s1.5=none
      echo '{"3": {"kind": "blf", "target": "204"}}' | provserver keys set 0004f2aabbcc --file -
    """
    if bool(assignments) == bool(file):
        raise click.UsageError("Give keys such as 3=blf:204, or --file FILE.")
    wanted = read_keys(assignments) if file is None else _from_json(file)
    device, slots, saved = plans.set_keys(house, actor, mac, wanted, dry_run=dry_run)
    changed = [str(slot) for slot in slots]
    if json_:
        facts = {"mac": parse_mac(mac), "changed": changed, "restart": bool(saved.restarts), "dry_run": dry_run}
        print_json(facts | {"waits": saved.waits and asdict(saved.waits)})
    else:
        click.echo(_sentence(changed, saved, dry_run))
    if not dry_run:
        wait_until_applied(house, actor, device.mac, wait)


def _from_json(file: IO[str]) -> dict[str, object]:
    try:
        wanted = json.load(file)
    except ValueError as error:
        raise Invalid.field("keys", f"this is not JSON: {error}") from error
    if not isinstance(wanted, dict):
        raise Invalid.field("keys", "an object of slots and keys")
    return wanted


def _sentence(changed: list[str], saved: Saved, dry_run: bool) -> str:
    if not changed:
        return "Nothing to change."
    then = f"; {saved.waits.sentence}" if saved.waits else "; the phone restarts" if saved.restarts else ""
    return f"{'Would change' if dry_run else 'Changed'}: key {', '.join(changed)}{then}."
