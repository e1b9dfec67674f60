"""The commands for what a phone shows at its first contact: PINs and serial numbers."""

import sys
from collections.abc import Sequence

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, moment, print_json, print_table
from provserver.db.models import EnrolmentSecret
from provserver.domain.enrolment import MOST_WRONG, USUAL_MINUTES
from provserver.domain.roles import Actor
from provserver.services.enrolment import pins
from provserver.services.enrolment.windows import Wanted
from provserver.services.house import House
from provserver.services.inventory import devices, serials


@click.command("pin")
@click.argument("mac", nargs=-1)
@click.option("--department", default="", help="All phones of a department that ask for one.")
@click.option("--never-seen", is_flag=True, help="All phones that ask for one and never asked for anything else.")
@click.option("--minutes", type=int, default=USUAL_MINUTES, show_default=True)
@click.option(
    "--printed", is_flag=True, help="Read from standard input what is printed on the phone, such as a MAC-ID."
)
@click.option("--end", is_flag=True, help="Take the PINs of these phones away.")
@as_json
@acting
def pin_(
    house: House, actor: Actor, mac: tuple[str, ...], department: str, never_seen: bool, minutes: int, printed: bool,
    end: bool, json_: bool,
) -> None:  # fmt: skip
    """Give phones a PIN that somebody types on them at their first start; it is shown this once.

    \b
    Example:
      provserver enrol pin c074ad0b63ee --minutes 240
      echo 123456789012 | provserver enrol pin 7c2f80e0d605 --printed
    """
    if end:
        for one in mac:
            pins.take_away(house, actor, one)
            click.echo(f"{one}: no PIN lets it in any more.")
        return
    given = sys.stdin.readline().strip() if printed else None
    text, rows = pins.give(house, actor, Wanted(mac, department, never_seen, minutes), given)
    if json_:
        print_json({"pin": text, "items": [_facts(row) for row in rows]})
        return
    click.echo(f"PIN: {text}\n")
    _print(rows)


@click.command("pins")
@as_json
@acting
def pins_(house: House, actor: Actor, json_: bool) -> None:
    """List the phones that a PIN lets in now, without the PINs.

    \b
    Example:
      provserver enrol pins --json
    """
    rows = pins.open_now(house, actor)
    if json_:
        print_json([_facts(row) for row in rows])
        return
    _print(rows)


def _print(rows: Sequence[EnrolmentSecret]) -> None:
    shown = [(row.device.mac, moment(row.deadline), _left(row), row.opened_by) for row in rows]
    print_table(("MAC", "ENDS", "TRIES LEFT", "GIVEN BY"), shown)


def _facts(row: EnrolmentSecret) -> dict[str, object]:
    return {
        "mac": row.device.mac,
        "deadline": row.deadline,
        "tries_left": _left(row),
        "given_by": row.opened_by,
    }


def _left(row: EnrolmentSecret) -> int:
    return MOST_WRONG - len(row.wrong.split())


@click.command("serial")
@click.argument("mac")
@click.argument("number", required=False)
@click.option("--clear", is_flag=True, help="Forget it.")
@as_json
@acting
def serial_(house: House, actor: Actor, mac: str, number: str | None, clear: bool, json_: bool) -> None:
    """Show a phone's serial number, or write it down.

    \b
    Example:
      provserver device serial 8843e157ddcc CBT141100HR
    """
    if number or clear:
        devices.change_device(house, actor, mac, {"serial": "" if clear else number})
    found = serials.of_phone(house, actor, mac)
    if json_:
        print_json({"mac": mac, "serial": found})
        return
    click.echo(found or "nobody has written its serial number down")
