"""The command for a phone's own name and password."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, moment, print_facts, print_json
from provserver.domain.roles import Actor
from provserver.services.enrolment import credentials
from provserver.services.house import House


@click.command("password")
@click.argument("mac")
@click.option("--set", "what", flag_value="set", help="Give it one, made up, and start anew.")
@click.option("--rotate", "what", flag_value="rotate", help="Replace it; the old one works until the new one was used.")
@click.option("--clear", "what", flag_value="clear", help="Ask for none any more.")
@click.option("--reveal", "what", flag_value="reveal", help="Show it; who looked is audited.")
@click.option("--username", default="", help="With --set; else the phone's MAC address.")
@as_json
@acting
def password_(house: House, actor: Actor, mac: str, what: str | None, username: str, json_: bool) -> None:
    """Show where a phone's own password for its files stands, or change it.

    \b
    Example:
      provserver device password 805ec0d9c744 --set
      provserver device password 805ec0d9c744 --rotate
    """
    shown: tuple[str, str] | None = None
    if what == "set":
        shown = credentials.put(house, actor, mac, username)
    elif what == "rotate":
        shown = credentials.rotate(house, actor, mac)
    elif what == "reveal":
        name, secret = credentials.reveal(house, actor, mac)
        shown = (name, secret.reveal())
    elif what == "clear":
        credentials.clear(house, actor, mac)
    status = credentials.status(house, actor, mac)
    row = status.row
    facts: dict[str, object] = {
        "stage": status.stage.value,
        "username": row.username if row else "",
        "used_at": row.used_at if row else None,
        "older": status.older,
        "lacking": status.lacking,
    }
    if json_:
        print_json({"mac": mac, **facts, **({"password": shown[1]} if shown else {})})
        return
    print_facts(
        [
            ("Stage", status.stage.value),
            ("User name", row.username if row else ""),
            *([("Password", shown[1])] if shown else []),
            ("In use since", moment(row.used_at) if row else ""),
            ("Cannot", status.lacking),
        ]
    )
