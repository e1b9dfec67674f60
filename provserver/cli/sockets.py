"""The addresses that the server takes, tried before anything is started, so that a taken one costs a sentence."""

import asyncio
import errno
import socket
from collections.abc import Sequence
from dataclasses import replace

from provserver.config import Config, environment_name
from provserver.domain.numbers import split_port
from provserver.errors import Conflict
from provserver.sip.client import UserAgent

BACKLOG = 2048
"""Connections that may wait: after a power cut all phones come at once."""


def open_web(config: Config) -> list[socket.socket]:
    """Open the addresses for phones and browsers, in the order of the configuration.

    Raises Conflict where one is not to be had; none is open then.
    """
    opened: list[socket.socket] = []
    for name, address in config.binds.items():
        option = "--bind or PROVSERVER_BIND" if name == "bind" else environment_name(name)
        try:
            opened.append(_open(address, option))
        except Conflict:
            for listening in opened:
                listening.close()
            raise
    return opened


def with_ports(config: Config, opened: Sequence[socket.socket]) -> Config:
    """Fill in the ports where the system chose them."""
    chosen: dict[str, str] = {}
    for (name, address), listening in zip(config.binds.items(), opened, strict=True):
        host = address.rpartition(":")[0]
        chosen[name] = address if split_port(address)[1] else f"{host}:{listening.getsockname()[1]}"
    return replace(config, **chosen)  # type: ignore[arg-type]  # all of them are addresses


def _open(address: str, option: str) -> socket.socket:
    host, port = split_port(address)
    bare = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        return socket.create_server((bare, port or 0), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Conflict(_why(error, address, option)) from error


def check_sip(config: Config) -> None:
    """Open the address that NOTIFYs leave from, and give it back; raises Conflict where it is not to be had."""
    try:
        asyncio.run(_open_and_close(config))
    except OSError as error:
        raise sip_conflict(config, error) from error


def check_tftp(config: Config) -> None:
    """Open the address for TFTP, where one is wanted, and give it back; raises Conflict where it is not to be had."""
    if not config.tftp_bind:
        return
    host, port = split_port(config.tftp_bind)
    bare = host.removeprefix("[").removesuffix("]")
    with socket.socket(socket.AF_INET6 if ":" in bare else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((bare, port or 0))
        except OSError as error:
            raise Conflict(_why(error, config.tftp_bind, "PROVSERVER_TFTP_BIND")) from error


def sip_conflict(config: Config, error: OSError) -> Conflict:
    """Say what is wrong with the SIP address, and what to do."""
    return Conflict(_why(error, config.sip_bind, "PROVSERVER_SIP_BIND"))


async def _open_and_close(config: Config) -> None:
    agent = UserAgent(config.sip_address)
    await agent.start()
    await agent.close()


def _why(error: OSError, address: str, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{address} is taken by another program; choose another address with {option}"
    if error.errno == errno.EACCES:
        return f"{address} may only be taken by root; choose a port from 1024 on with {option}"
    return f"{address} cannot be taken ({error.strerror or error}); choose another address with {option}"
