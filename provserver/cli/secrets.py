"""The commands that replace a phone's or a line's secret, and lock a phone whose secret is in other hands."""

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, print_facts, print_json
from provserver.domain.roles import Actor
from provserver.services.enrolment import tokens
from provserver.services.guarding import alarms
from provserver.services.house import House
from provserver.services.organisation import line_passwords


@click.command("rotate-token")
@click.argument("mac")
@click.option("--minutes", type=int, default=None, help="How long the old address works at most.")
@click.option("--revoke", is_flag=True, help="End the old address at once: for one that leaked.")
@as_json
@acting
def rotate_token(house: House, actor: Actor, mac: str, minutes: int | None, revoke: bool, json_: bool) -> None:
    """Give a phone a new address and tell it; the old one works until the new one was used.

    \b
    Example:
      provserver device rotate-token 0004f2aabbcc
    """
    url = tokens.rotate(house, actor, mac, minutes=minutes, revoke=revoke)
    if json_:
        print_json({"mac": mac, "provisioning_url": url})
        return
    print_facts([("Provisioning", url)])


@click.command("rotate-password")
@click.argument("extension")
@as_json
@acting
def rotate_password(house: House, actor: Actor, extension: str, json_: bool) -> None:
    """Give a line a new SIP password and tell its phones; the exchange keeps the old one until they have it.

    \b
    Example:
      provserver line rotate-password 204
    """
    line, password = line_passwords.rotate(house, actor, extension)
    found = line_passwords.overlaps(house, actor, [line]).get(line.extension)
    waiting = list(found.waiting) if found else []
    if json_:
        print_json({"extension": line.extension, "password": password, "waiting": waiting})
        return
    print_facts([("Extension", line.extension), ("Password", password), ("Old one until", ", ".join(waiting))])


@click.command()
@click.argument("mac")
@acting
def lock(house: House, actor: Actor, mac: str) -> None:
    """Lock a phone: it gets nothing any more, by its own address neither.

    \b
    Example:
      provserver device lock 0004f2aabbcc
    """
    click.echo(f"{alarms.set_lock(house, actor, mac, locked=True).mac} is locked.")


@click.command()
@click.argument("mac")
@acting
def unlock(house: House, actor: Actor, mac: str) -> None:
    """Unlock a phone.

    \b
    Example:
      provserver device unlock 0004f2aabbcc
    """
    click.echo(f"{alarms.set_lock(house, actor, mac, locked=False).mac} is not locked.")
