"""The operator's hand: the installed program ``provserver``, one module for each group of commands."""

import click

from provserver import __version__
from provserver.cli.acting import Program
from provserver.cli.audit import audit
from provserver.cli.backup import backup, restore
from provserver.cli.certificates import certificates
from provserver.cli.companies import company
from provserver.cli.config import config
from provserver.cli.database import database
from provserver.cli.departments import department
from provserver.cli.devices import device
from provserver.cli.dhcp import dhcp
from provserver.cli.discovery import discovery
from provserver.cli.enrolment import enrol
from provserver.cli.exchange import export, import_
from provserver.cli.firmware import firmware
from provserver.cli.groups import group
from provserver.cli.keys import keys
from provserver.cli.lines import line
from provserver.cli.rollouts import rollout
from provserver.cli.run import run
from provserver.cli.secret_keys import key
from provserver.cli.short_codes import short_code
from provserver.cli.simulate import simulate
from provserver.cli.tokens import token
from provserver.cli.undoing import rollback, undo
from provserver.cli.users import user
from provserver.cli.web import web
from provserver.cli.worker import worker

COMMANDS = (
    run,
    web,
    worker,
    discovery,
    simulate,
    company,
    user,
    token,
    line,
    device,
    enrol,
    keys,
    department,
    group,
    short_code,
    firmware,
    rollout,
    dhcp,
    import_,
    export,
    audit,
    backup,
    restore,
    key,
    certificates,
    database,
    config,
)


@click.group(
    "provserver", cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="provserver")
def main() -> None:
    """Provision IP phones: from a row in a table to the key that the phone shows.

    \b
    Start here:
      provserver run --demo           the server with a demo company
      provserver device list          the phones and how far their last change has come
      provserver COMMAND --help       what a command does, with an example

    Exit codes: 0 done, 1 refused by a rule (the field is named), 2 wrong usage.
    """


for command in COMMANDS:
    main.add_command(command)
for command in (undo, rollback):
    audit.add_command(command)
