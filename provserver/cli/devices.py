"""The commands for phones."""

import sys

import click

from provserver.cli.acting import acting
from provserver.cli.credentials import password_
from provserver.cli.models import show_model
from provserver.cli.pins import serial_
from provserver.cli.printing import as_json, moment, print_facts, print_json, print_table
from provserver.cli.replacing import replace
from provserver.cli.secrets import lock, rotate_token, unlock
from provserver.cli.waiting import wait_option, wait_until_applied
from provserver.domain.mac import format_mac
from provserver.domain.presence import Presence
from provserver.domain.roles import Actor
from provserver.domain.rollout import When
from provserver.services.delivery import rendered
from provserver.services.house import House
from provserver.services.inventory import devices, models
from provserver.services.inventory.devices import NewDevice
from provserver.services.pushing import progress, registrations, restarts
from provserver.services.pushing.progress import FileStanding, Standing
from provserver.services.pushing.registrations import Present
from provserver.services.steering import actions, waiting

PAGE = 500


@click.group()
def device() -> None:
    """Look after phones: add, list, show, render, resync, remove."""


@device.command()
@click.argument("mac")
@click.option("--vendor", default="", help="The maker; without it the one that the address belongs to.")
@click.option("--model", required=True, help="Such as VVX301 or T46U.")
@click.option("--line", "--lines", "lines", multiple=True, metavar="EXTENSION", help="An account; repeat for more.")
@click.option("--description", default="", help="Where it stands, whose it is.")
@click.option("--department", default="")
@click.option("--serial", default="", help="The serial number, as it stands on the phone.")
@as_json
@acting
def add(house: House, actor: Actor, mac: str, vendor: str, lines: tuple[str, ...], json_: bool, **values: str) -> None:
    """Add a phone and show its provisioning address.

    \b
    Example:
      provserver device add 00:04:f2:aa:bb:cc --model VVX301 --line 201
    """
    extensions = tuple(part for text in lines for part in text.replace(",", " ").split())
    new = NewDevice(mac, vendor or models.maker_of(mac), lines=extensions, **values)
    added, url = devices.add_device(house, actor, new)
    if json_:
        print_json({"mac": added.mac, "vendor": added.vendor, "model": added.model, "provisioning_url": url})
        return
    print_facts([("Phone", f"{format_mac(added.mac)}, {added.vendor} {added.model}"), ("Provisioning", url)])


@device.command("list")
@click.argument("search", nargs=-1)
@as_json
@acting
def list_(house: House, actor: Actor, search: tuple[str, ...], json_: bool) -> None:
    """List the phones, or those with these words in address, model, description, extension or name.

    \b
    Example:
      provserver device list reception
    """
    found: list[Standing] = []
    while page := devices.find_devices(house, actor, " ".join(search), PAGE, found[-1].device.id if found else 0):
        found += progress.standings(house, actor, page)
    if json_:
        print_json([_as_json(item) for item in found])
        return
    rows = [
        (
            item.device.mac,
            item.device.vendor,
            item.device.model,
            " ".join(_lines(item)),
            item.device.description,
            item.state,
            moment(item.device.last_seen),
        )
        for item in found
    ]
    print_table(("MAC", "MAKER", "MODEL", "LINES", "DESCRIPTION", "STATE", "LAST SEEN"), rows)


@device.command()
@click.argument("mac")
@as_json
@acting
def show(house: House, actor: Actor, mac: str, json_: bool) -> None:
    """Show a phone: what it is, how far its last change has come, and its files.

    \b
    Example:
      provserver device show 0004f2aabbcc
    """
    item, files = progress.standing(house, actor, mac)
    if json_:
        print_json(_as_json(item) | {"files": [_file_as_json(file) for file in files]})
        return
    phone = item.device
    print_facts(
        [
            ("Phone", f"{format_mac(phone.mac)}, {phone.vendor} {phone.model}"),
            ("Description", phone.description),
            ("Lines", " ".join(_lines(item))),
            ("State", f"{item.state}: {item.reason}"),
            ("Last seen", f"{moment(phone.last_seen)} from {phone.address}" if phone.last_seen else ""),
            ("Firmware", phone.firmware),
            ("User-Agent", phone.user_agent),
            ("SIP address", phone.sip_address),
            ("Registration", _registration(*registrations.presence_of_phone(house, actor, mac))),
        ]
    )
    if tries := progress.tellings_of(house, actor, mac, limit=5):
        click.echo()
        shown = [(moment(row.at), row.way, row.status or "", row.target, row.sentence) for row in tries]
        print_table(("TOLD", "WAY", "ANSWER", "TARGET", "WHICH MEANS"), shown)
    click.echo()
    rows = [(file.name, "current" if file.fetched_etag == file.etag else "", moment(file.fetched_at)) for file in files]
    print_table(("FILE", "PHONE HAS", "FETCHED"), rows)


def _registration(presence: Presence, contacts: list[Present]) -> str:
    """Write whether a phone is registered; nothing where nobody knows."""
    if not contacts:
        return "" if presence is Presence.UNKNOWN else presence.value
    return ", ".join(f"{row.extension} at {row.address} since {moment(row.since)} ({row.engine})" for row in contacts)


def _lines(item: Standing) -> list[str]:
    return [row.line.extension for row in item.device.lines]


def _as_json(item: Standing) -> dict[str, object]:
    phone = item.device
    return {
        "mac": phone.mac,
        "vendor": phone.vendor,
        "model": phone.model,
        "firmware": phone.firmware,
        "lines": _lines(item),
        "description": phone.description,
        "state": item.state,
        "reason": item.reason,
        "last_seen": phone.last_seen,
        "user_agent": phone.user_agent,
        "address": phone.address,
        "sip_address": phone.sip_address,
    }


def _file_as_json(file: FileStanding) -> dict[str, object]:
    return {
        "name": file.name,
        "etag": file.etag,
        "fetched_etag": file.fetched_etag,
        "fetched_at": file.fetched_at,
        "rendered_at": file.rendered_at,
    }


@device.command()
@click.argument("mac")
@click.argument("file", default="")
@click.option("--reveal", is_flag=True, help="With passwords; who looked is audited.")
@acting
def render(house: House, actor: Actor, mac: str, file: str, reveal: bool) -> None:
    """Print a file as the phone gets it, secrets masked; without FILE the one with the configuration.

    \b
    Example:
      provserver device render 0004f2aabbcc
      provserver device render 0004f2aabbcc 0004f2aabbcc-directory.xml
    """
    if not file:
        files = progress.standing(house, actor, mac)[1]
        file = next(item.name for item in files if item.proves)
        others = ", ".join(item.name for item in files if item.name != file)
        click.echo(f"{file} (its other files: {others})", err=True)
    _, body = rendered.read(house, actor, mac, file, reveal=reveal)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


@device.command()
@click.argument("mac")
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def remove(house: House, actor: Actor, mac: str, yes: bool) -> None:
    """Remove a phone; its address opens nothing any more.

    \b
    Example:
      provserver device remove 0004f2aabbcc
    """
    phone = progress.standing(house, actor, mac)[0].device
    if not yes:
        click.confirm(f"Remove {format_mac(phone.mac)}, {phone.vendor} {phone.model} {phone.description}?", abort=True)
    devices.remove_device(house, actor, phone.mac)
    click.echo(f"{format_mac(phone.mac)} is removed.")


@device.command()
@click.argument("mac")
@click.option("--action", type=click.Choice(["resync", "reboot", "factory-reset"]), default="resync", show_default=True)
@click.option("--when", type=click.Choice(["now", "window", "idle"]), default="now", help="A reboot may wait.")
@wait_option
@acting
def resync(house: House, actor: Actor, mac: str, action: str, when: str, wait: int) -> None:
    """Have a phone fetch its configuration now, or restart; the running server sends the word.

    \b
    Example:
      provserver device resync 0004f2aabbcc --wait 20
    """
    phone = actions.act(house, actor, mac, action, When(when))
    waits = restarts.waits_of(phone)
    click.echo(
        f"{format_mac(phone.mac)}: {waits.sentence}." if waits else f"{format_mac(phone.mac)} will be told to {action}."
    )
    wait_until_applied(house, actor, phone.mac, wait)


@device.command("restart-now")
@click.argument("mac")
@wait_option
@acting
def restart_now(house: House, actor: Actor, mac: str, wait: int) -> None:
    """Restart a phone now whose restart waits for the company's hours, or for this word.

    \b
    Example:
      provserver device restart-now 0004f2aabbcc --wait 60
    """
    phone = waiting.restart_now(house, actor, mac)
    click.echo(f"{format_mac(phone.mac)} will be told to restart.")
    wait_until_applied(house, actor, phone.mac, wait)


device.add_command(replace)
device.add_command(show_model)
for command in (rotate_token, password_, serial_, lock, unlock):
    device.add_command(command)
