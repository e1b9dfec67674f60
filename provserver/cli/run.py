"""The command that runs the whole server."""

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack

import click

from provserver import __version__
from provserver.cli.acting import REFUSED
from provserver.cli.first import Prepared, prepare, sign_in_sentence
from provserver.cli.sockets import check_sip, check_tftp, open_web, with_ports
from provserver.cli.supervisor import Part, Supervisor
from provserver.config import Config, environment_name, load
from provserver.discovery.process import is_wanted
from provserver.domain.numbers import split_port
from provserver.logs import set_up
from provserver.services.access.accounts import SHORTEST_PASSWORD, SHORTEST_TOKEN
from provserver.services.demo import COMPANY, DESKS, PEOPLE, SIMULATED
from provserver.services.upkeep import certificates

LOOPBACK = "127.0.0.0/8"


@click.command()
@click.option("--demo", is_flag=True, help="With a demo company, two of its phones simulated.")
@click.option("--bind", default=None, metavar="HOST:PORT", help="Instead of PROVSERVER_BIND.")
def run(demo: bool, bind: str | None) -> None:
    """Run the whole server: web, worker, discovery, and with --demo a company to look at.

    It stops on Ctrl-C or SIGTERM, and everything that it started with it.

    \b
    Example:
      provserver run --demo
      PROVSERVER_PUBLIC_URL=https://prov.example.com provserver run --bind 0.0.0.0:8080
    """
    config = load(bind=bind)
    set_up(config.log_level)
    check_sip(config)
    check_tftp(config)
    with ExitStack() as stack:
        opened = [stack.enter_context(listening) for listening in open_web(config)]
        config = with_ports(config, opened)
        prepared = prepare(config, with_demo=demo)
        numbers = tuple(listening.fileno() for listening in opened)
        descriptors = [word for number in numbers for word in ("--descriptor", str(number))]
        parts = [Part("web", ("web", *descriptors), numbers), Part("worker", ("worker",))]
        if is_wanted(config):
            parts.append(Part("discovery", ("discovery",)))
        if prepared.has_demo:
            parts.append(Part("simulated phones", ("simulate",)))
        supervisor = Supervisor(parts, _environment(config, demo))
        if not supervisor.run(lambda: _answers(opened[0]), lambda: _announce(config, prepared, demo)):
            click.echo(f"Sign in: {sign_in_sentence(config, prepared.start)}", err=True)
            click.echo("Error: the web part did not start; what it said stands above.", err=True)
            click.get_current_context().exit(REFUSED)


def _environment(config: Config, demo: bool) -> Mapping[str, str]:
    """Give the parts our own environment with what was decided here, and without what is used up."""
    given = dict(os.environ)
    given.update({environment_name(name): address for name, address in config.binds.items()})
    given[environment_name("data_dir")] = str(config.data_dir.resolve())
    if demo:
        given.setdefault(environment_name("trusted_networks"), LOOPBACK)
    for used in ("admin_password", "api_token"):
        given.pop(environment_name(used), None)
    return given


def _answers(listening: socket.socket) -> bool:
    """Ask the server how it is."""
    host, port = listening.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  a question
    connection = http.client.HTTPConnection(local, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(config: Config, prepared: Prepared, demo: bool) -> None:
    lines = ["", f"provserver {__version__} is ready.", "", f"  Open         {config.base_url}"]
    lines.append(f"  Sign in      {sign_in_sentence(config, prepared.start)}")
    if prepared.has_demo:
        lines.append(f"  Company      {COMPANY}: {len(PEOPLE)} people, {len(DESKS)} phones (a demo)")
        lines.append(f"  Simulated    {len(SIMULATED)} of the phones; edit a key of theirs and see it arrive")
    if prepared.url_to_try:
        lines.append(f"  Be a phone   curl {_knowing_us(config)}{prepared.url_to_try}")
    if demo and not prepared.has_demo:
        lines.append("  Demo         not made: this database holds a company already")
    lines += [f"  Data         {config.data_dir.resolve()}", *_warnings(config), "", "Ctrl-C stops it.", ""]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _knowing_us(config: Config) -> str:
    """Tell curl of our authority, where it would refuse the address otherwise."""
    own = certificates.authority_file(config)
    return f"--cacert {own} " if own and not config.public_url else ""


def _warnings(config: Config) -> list[str]:
    given = (("admin_password", SHORTEST_PASSWORD), ("api_token", SHORTEST_TOKEN))
    warnings = [
        f"{environment_name(name)} is easily guessed: it has fewer than {shortest} characters"
        for name, shortest in given
        if 0 < len(getattr(config, name)) < shortest
    ]
    told = split_port(config.tls_bind or config.bind)[0]
    if told in {"0.0.0.0", "[::]", "::"} and not config.public_url:  # noqa: S104  a question
        warnings.append("phones are told this address; set PROVSERVER_PUBLIC_URL to one that they can reach")
    return [f"  Careful      {warning}" for warning in warnings]
