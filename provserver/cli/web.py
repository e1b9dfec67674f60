"""The command that serves phones, browsers and programs."""

from dataclasses import replace

import click

from provserver.cli.children import end_with, parent_option
from provserver.cli.first import announce, prepare
from provserver.cli.sockets import open_web, with_ports
from provserver.config import load
from provserver.logs import set_up


@click.command()
@click.option("--bind", default=None, metavar="HOST:PORT", help="Instead of PROVSERVER_BIND.")
@click.option("--descriptor", type=int, multiple=True, hidden=True, help="A listening socket that is open already.")
@parent_option
def web(bind: str | None, descriptor: tuple[int, ...], parent: int) -> None:
    """Serve phones, browsers and programs, without the worker that tells phones of changes.

    \b
    Example:
      provserver web --bind 0.0.0.0:8080
    """
    end_with(parent)
    config = load(bind=bind)
    set_up(config.log_level)
    from provserver.app import create_app
    from provserver.cli.serving import Server, settings

    chosen = settings(config)
    if not descriptor:
        opened = open_web(config)
        config = with_ports(config, opened)
        announce(config, prepare(config).start)
        for listening in opened:
            listening.set_inheritable(True)
        descriptor = tuple(listening.detach() for listening in opened)
    chosen["bind"] = [f"fd://{number}" for number in descriptor]
    quiet = replace(config, admin_password="", api_token="")
    Server(chosen, lambda: create_app(quiet)).run()
