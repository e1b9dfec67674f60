"""The command that replaces a phone."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_facts, print_json, print_table
from provserver.domain.mac import format_mac
from provserver.domain.roles import Actor
from provserver.services.house import House
from provserver.services.inventory import replacing
from provserver.services.inventory.replacing import NewPhone


@click.command()
@click.argument("mac")
@click.argument("new_mac")
@click.option("--vendor", default="", help="The maker, where it is another one.")
@click.option("--model", default="", help="The model, where it is another one.")
@click.option("--dry-run", is_flag=True, help="Only show what moves over and what cannot.")
@as_json
@acting
def replace(
    house: House, actor: Actor, mac: str, new_mac: str, vendor: str, model: str, dry_run: bool, json_: bool
) -> None:
    """Put a new phone in the place of one; lines, keys and settings move over, and the old one is released.

    \b
    Example:
      provserver device replace 0004f2aabbcc 0004f2aabbdd --dry-run
      provserver device replace 0004f2aabbcc 80:5e:c0:00:00:01 --vendor yealink --model T46U
    """
    done = replacing.replace_device(house, actor, mac, NewPhone(new_mac, vendor, model), dry_run=dry_run)
    lost = [(item.part, item.name, item.reason) for item in done.lost]
    address = "" if dry_run else done.url
    if json_:
        shapes = [dict(zip(("part", "name", "reason"), row, strict=True)) for row in lost]
        found = {
            "mac": done.mac,
            "vendor": done.model.vendor,
            "model": done.model.name,
            "lines": done.lines,
            "lost": shapes,
        }
        print_json({**found, "keys": done.keys, "settings": done.settings, "provisioning_url": address or None})
        return
    title = "Would be" if dry_run else "Phone"
    moved = f"{len(done.lines)} lines, {done.keys} keys, {done.settings} settings"
    facts = [(title, f"{format_mac(done.mac)}, {done.model.vendor} {done.model.name}"), ("Moved", moved)]
    print_facts([*facts, ("Provisioning", address)])
    if lost:
        click.echo()
        print_table(("LOST", "WHICH", "WHY"), lost)
