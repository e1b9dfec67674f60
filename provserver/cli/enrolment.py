"""The commands for first contacts."""

import click

from provserver.cli.acting import acting
from provserver.cli.pins import pin_, pins_
from provserver.cli.printing import as_json, moment, print_json, print_table
from provserver.db.models import EnrolmentWindow
from provserver.domain.enrolment import USUAL_MINUTES, Way
from provserver.domain.roles import Actor
from provserver.services.enrolment import knocks, policies, windows
from provserver.services.enrolment.windows import Wanted
from provserver.services.guarding import alarms, sources
from provserver.services.house import House


@click.group()
def enrol() -> None:
    """Let phones in that have no token yet: windows, PINs, and who knocked."""


enrol.add_command(pin_)
enrol.add_command(pins_)


@enrol.command("open")
@click.argument("mac", nargs=-1)
@click.option("--department", default="", help="All phones of a department.")
@click.option("--never-seen", is_flag=True, help="All phones that never asked for anything.")
@click.option("--minutes", type=int, default=USUAL_MINUTES, show_default=True)
@click.option("--from", "address", default="", metavar="ADDRESS", help="Only from this address.")
@as_json
@acting
def open_(
    house: House, actor: Actor, mac: tuple[str, ...], department: str, never_seen: bool, minutes: int, address: str,
    json_: bool,
) -> None:  # fmt: skip
    """Open a window: until it closes, a phone gets its configuration by its MAC address alone.

    \b
    Example:
      provserver enrol open 0004f2aabbcc --minutes 15
      provserver enrol open --never-seen --department Sales
    """
    wanted = Wanted(mac, department, never_seen, minutes, address)
    _print(house, list(windows.open_windows(house, actor, wanted)), json_)


@enrol.command()
@click.argument("mac", nargs=-1, required=True)
@acting
def close(house: House, actor: Actor, mac: tuple[str, ...]) -> None:
    """Close the windows of these phones before their time.

    \b
    Example:
      provserver enrol close 0004f2aabbcc
    """
    for one in mac:
        windows.close_window(house, actor, one)
        click.echo(f"{one}: no window is open any more.")


@enrol.command("list")
@as_json
@acting
def list_(house: House, actor: Actor, json_: bool) -> None:
    """List the windows that are open.

    \b
    Example:
      provserver enrol list --json
    """
    _print(house, list(windows.open_now(house, actor)), json_)


def _print(house: House, rows: list[EnrolmentWindow], json_: bool) -> None:
    if json_:
        print_json([{"mac": row.device.mac, "deadline": row.deadline, "address": row.address} for row in rows])
        return
    left = [int((row.deadline - house.clock()).total_seconds()) for row in rows]
    print_table(
        ("MAC", "CLOSES", "LEFT", "BELONGS TO", "OPENED BY"),
        [
            (row.device.mac, moment(row.deadline), f"{seconds // 60} min {seconds % 60} s", row.address, row.opened_by)
            for row, seconds in zip(rows, left, strict=True)
        ],
    )


@enrol.command("knocks")
@as_json
@acting
def knocks_(house: House, actor: Actor, json_: bool) -> None:
    """List who asked by a phone's address and got nothing.

    \b
    Example:
      provserver enrol knocks
    """
    rows = knocks.knocks(house, actor)
    names = ("id", "mac", "vendor", "model", "address", "count", "first_at", "last_at", "verdict", "user_agent")
    if json_:
        print_json(
            [{name: getattr(row.knock, name) for name in names} | {"known": row.device is not None} for row in rows]
        )
        return
    print_table(
        ("ID", "MAC", "MAKER", "MODEL", "ADDRESS", "TIMES", "LAST", "KNOWN"),
        [
            (
                *(getattr(row.knock, name) for name in names[:6]),
                moment(row.knock.last_at),
                "yes" if row.device else "no",
            )
            for row in rows
        ],
    )


@enrol.command()
@click.argument("number", type=int)
@click.option("--minutes", type=int, default=USUAL_MINUTES, show_default=True)
@acting
def approve(house: House, actor: Actor, number: int, minutes: int) -> None:
    """Let the phone of a knock in, from where it knocked.

    \b
    Example:
      provserver enrol approve 12 --minutes 10
    """
    window = knocks.approve(house, actor, number, minutes)
    click.echo(f"{window.device.mac} may come from {window.address} until {moment(window.deadline)}.")


@enrol.command()
@click.option(
    "--way",
    "ways",
    multiple=True,
    type=click.Choice([way.value for way in Way]),
    help="Repeat for more; replaces the list.",
)
@click.option("--none", "nothing", is_flag=True, help="No first contact carries secrets.")
@as_json
@acting
def policy(house: House, actor: Actor, ways: tuple[str, ...], nothing: bool, json_: bool) -> None:
    """Show which first contacts carry secrets, or decide it.

    \b
    Example:
      provserver enrol policy --way window --way approval
    """
    if ways or nothing:
        policies.set_policy(house, actor, {"ways": list(ways)})
    found = policies.policy(house, actor)
    words = [str(way) for way in Way if way in found.ways]
    if json_:
        print_json({"ways": words})
        return
    click.echo(", ".join(words) or "no first contact carries secrets")


@enrol.command("alarms")
@click.option("--all", "everything", is_flag=True, help="Those that were acknowledged too.")
@click.option("--acknowledge", "number", type=int, default=None, metavar="ID", help="Say that somebody looked.")
@as_json
@acting
def alarms_(house: House, actor: Actor, everything: bool, number: int | None, json_: bool) -> None:
    """List what looks as if a phone's secret were in other hands.

    \b
    Example:
      provserver enrol alarms
      provserver enrol alarms --acknowledge 3
    """
    if number is not None:
        alarms.acknowledge(house, actor, number)
    rows = alarms.alarms(house, actor, everything=everything)
    names = ("id", "kind", "detail", "count", "first_at", "last_at", "acknowledged_by")
    if json_:
        print_json([{"mac": row.device.mac} | {name: getattr(row, name) for name in names} for row in rows])
        return
    print_table(
        ("ID", "MAC", "WHAT", "DETAIL", "TIMES", "LAST"),
        [(row.id, row.device.mac, row.kind, row.detail, row.count, moment(row.last_at)) for row in rows],
    )


@enrol.command("sources")
@click.option("--lift", "name", default="", metavar="SOURCE", help="Let a source off.")
@as_json
@acting
def sources_(house: House, actor: Actor, name: str, json_: bool) -> None:
    """List where guesses came from, and whom they got banned.

    \b
    Example:
      provserver enrol sources
      provserver enrol sources --lift 198.51.100.66
    """
    if name:
        sources.lift(house, actor, name)
    rows = sources.sources(house, actor)
    names = ("name", "address", "misses", "tokens", "level", "until", "trusted", "last_at")
    if json_:
        print_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    print_table(
        ("SOURCE", "MISSES", "TOKENS", "LEVEL", "UNTIL", "LAST"),
        [(row.name, row.misses, row.tokens, row.level, moment(row.until), moment(row.last_at)) for row in rows],
    )
