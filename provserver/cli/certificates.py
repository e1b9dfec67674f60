"""The commands for certificates: what this server shows, and whose phones it believes."""

from collections.abc import Sequence
from pathlib import Path

import click

from provserver.cli.acting import acting_for_all
from provserver.cli.printing import as_json, moment, print_facts, print_json, print_table
from provserver.domain.roles import Actor
from provserver.services.enrolment import authorities
from provserver.services.house import House
from provserver.services.upkeep import certificates as own
from provserver.services.upkeep.certificates import Shown


@click.group()
def certificates() -> None:
    """Look after the certificates that this server shows, and the makers whose phones' it believes."""


@certificates.command()
@as_json
@acting_for_all
def show(house: House, actor: Actor, json_: bool) -> None:
    """Show the certificates of the TLS listeners, and where phones get the authority.

    \b
    Example:
      PROVSERVER_TLS_BIND=0.0.0.0:8443 provserver certificates show
    """
    _show(house, own.shown(house, actor), json_)


@certificates.command()
@as_json
@acting_for_all
def renew(house: House, actor: Actor, json_: bool) -> None:
    """Issue the server's certificates anew; the authority stays, and running listeners take them within seconds.

    That happens by itself, too: two months before they are over, and when names or addresses change.

    \b
    Example:
      PROVSERVER_TLS_BIND=0.0.0.0:8443 provserver certificates renew
    """
    _show(house, own.renew(house, actor), json_)


@certificates.command()
@click.argument("vendor")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@acting_for_all
def trust(house: House, actor: Actor, vendor: str, file: Path, json_: bool) -> None:
    """Believe phones whose certificates were signed by the authorities in FILE (PEM or DER, several in one).

    FILE comes from the maker. It must hold the authority that signs phones itself, and may hold those above it.
    All nodes see it within seconds.

    \b
    Example:
      provserver certificates trust yealink yealink-authorities.pem
    """
    added = authorities.trust(house, actor, vendor, file.read_bytes())
    if json_:
        print_json(
            [{"subject": facts.subject, "fingerprint": facts.fingerprint, "ends": facts.ends} for facts in added]
        )
        return
    for facts in added:
        click.echo(f"Trusted: {facts.subject}, until {moment(facts.ends)}")
    if not added:
        click.echo("All of them are trusted already.")


@certificates.command("list")
@click.option("--pem", is_flag=True, help="Print the certificates themselves, for a front such as nginx.")
@as_json
@acting_for_all
def list_(house: House, actor: Actor, pem: bool, json_: bool) -> None:
    """List the makers' authorities that are trusted.

    \b
    Example:
      provserver certificates list --pem > /etc/nginx/phone-makers.pem
    """
    rows = authorities.listed(house, actor)
    if pem:
        click.echo("".join(row.pem for row in rows), nl=False)
        return
    if json_:
        names = ("owner", "subject", "fingerprint", "ends", "added_at", "added_by")
        print_json([{name.replace("owner", "vendor"): getattr(row, name) for name in names} for row in rows])
        return
    cells = [(row.owner, row.subject, row.fingerprint[:16], moment(row.ends)) for row in rows]
    print_table(("MAKER", "AUTHORITY", "FINGERPRINT", "VALID UNTIL"), cells)


@certificates.command()
@click.argument("fingerprint")
@acting_for_all
def remove(house: House, actor: Actor, fingerprint: str) -> None:
    """Believe an authority no longer, named by its fingerprint or at least 8 digits of it.

    \b
    Example:
      provserver certificates remove 3f2a9c01
    """
    click.echo(f"No longer trusted: {authorities.distrust(house, actor, fingerprint)}")


def _show(house: House, found: Sequence[Shown], json_: bool) -> None:
    base = house.config.base_url
    if json_:
        print_json({"authority": f"{base}/ca.pem" if found else None, "listeners": [one.told() for one in found]})
        return
    if not found:
        click.echo("TLS is off, or was never started; set PROVSERVER_TLS_BIND.")
    for number, one in enumerate(found):
        if number:
            click.echo()
        print_facts(
            [
                ("Listener", one.listener),
                ("Made by", "this server" if one.ours else "you"),
                ("Names", ", ".join(one.facts.names)),
                ("Key", one.facts.key),
                ("Valid until", moment(one.facts.ends)),
                ("Fingerprint", one.facts.fingerprint),
                ("Authority", one.authority.subject if one.authority else one.facts.issuer),
                ("Its print", one.authority.fingerprint if one.authority else ""),
            ]
        )
    if found:
        click.echo(f"\nFor phones: {base}/ca.pem (PEM), {base}/ca.der (DER)")
