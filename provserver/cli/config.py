"""The command that shows the configuration as it takes effect."""

from dataclasses import fields
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from provserver.cli.printing import as_json, print_json, print_table
from provserver.config import Config, environment_name, load, origins
from provserver.domain.secret import MASK


@click.command()
@as_json
def config(json_: bool) -> None:
    """Print every option with its value, its origin and its environment variable; secrets are masked.

    \b
    Example:
      PROVSERVER_BIND=0.0.0.0:80 provserver config
    """
    loaded, sources = load(), origins()
    rows = [
        (item.name, _shown(loaded, item.name), sources[item.name], item.metadata["help"]) for item in fields(Config)
    ]
    if json_:
        print_json(
            {
                name: {"value": value, "origin": origin, "environment": environment_name(name), "help": text}
                for name, value, origin, text in rows
            }
        )
        return
    print_table(
        ("VARIABLE", "VALUE", "ORIGIN", "WHAT"),
        [(environment_name(name), value, origin, text) for name, value, origin, text in rows],
    )


def _shown(loaded: Config, name: str) -> str:
    """Give the value as it takes effect, and nothing of a secret."""
    value = getattr(loaded, name)
    if name == "database_url":
        return make_url(loaded.url).render_as_string(hide_password=True)
    if name == "public_url":
        return loaded.base_url
    if isinstance(value, Path):
        return str(value.resolve())
    if name in {item.name for item in fields(Config) if item.metadata.get("secret")}:
        return MASK if value else ""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
