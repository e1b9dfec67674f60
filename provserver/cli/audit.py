"""The commands that look into the history, prove it, give it out, and take changes back."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

import click

from provserver.cli.acting import REFUSED, acting, operator, with_house
from provserver.cli.printing import as_json, moment, print_json, print_table
from provserver.db.models import Change
from provserver.domain.chain import FIELDS, Head
from provserver.domain.moments import read_moment
from provserver.domain.roles import Actor
from provserver.errors import Invalid
from provserver.services.access import companies
from provserver.services.history import audit as trail
from provserver.services.history import audit_chain
from provserver.services.history.audit_chain import Verified
from provserver.services.house import House
from provserver.services.spreadsheet.table import guarded

COLUMNS = ("id", *FIELDS, "digest")


@click.group()
def audit() -> None:
    """Look into the history of changes: list, undo, rollback, verify, export."""


@audit.command("list")
@click.option("--device", default="", metavar="MAC", help="Of one phone.")
@click.option("--key", default="", metavar="KEY", help="Of one of its keys, such as 3 or s1.5.")
@click.option("--setting", default="", metavar="NAME", help="Of a setting or a maker's parameter.")
@click.option("--line", default="", metavar="EXTENSION")
@click.option("--what", default="", help="Such as keys, settings or 'device added'.")
@click.option("--by", default="", metavar="NAME", help="Of one person or program.")
@click.option("--since", default="", metavar="MOMENT", help="Such as 2026-03-01 or 2026-03-01T14:30 (UTC).")
@click.option("--until", default="", metavar="MOMENT", help="A day is included.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@as_json
@acting
def list_(house: House, actor: Actor, since: str, until: str, limit: int, json_: bool, **wanted: str) -> None:
    """List changes, newest first: of the company, a phone, a key, a setting or a line.

    \b
    Example:
      provserver audit list --device 0004f2aabbcc --key 3
    """
    period = {"since": _moment("since", since), "until": _moment("until", until)}
    chosen = replace(trail.Wanted(**wanted), **period)  # type: ignore[arg-type]
    rows = trail.history(house, actor, limit=limit, wanted=chosen)
    if json_:
        print_json([{name: getattr(row, name) for name in COLUMNS} for row in rows])
        return
    head = ("NUMBER", "WHEN", "WHO", "WHAT", "OF", "BEFORE", "AFTER")
    print_table(head, [_row(row) for row in rows])


def _moment(name: str, text: str) -> object:
    try:
        return read_moment(text, end=name == "until") if text else None
    except ValueError as error:
        raise Invalid.field(name, str(error)) from error


def _row(row: Change) -> tuple[object, ...]:
    return row.id, moment(row.at), row.actor, row.what, row.subject, _short(row.before), _short(row.after)


def _short(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


@audit.command()
@click.option("--company", default="", metavar="NAME", help="Only this one; else all.")
@click.option("--expect", default="", metavar="END", help="The end that an earlier run printed; needs --company.")
@as_json
@with_house
def verify(house: House, company: str, expect: str, json_: bool) -> None:
    """Follow every company's history from its first line to its last, and name the first that is not as written.

    Keep the ends that it prints somewhere else: with --expect even a history that was written anew is found out.

    \b
    Example:
      provserver audit verify
      provserver audit verify --company "Rossi S.p.A." --expect 1204:9f86d081884c7d65…
    """
    if expect and not company:
        raise click.UsageError("--expect needs --company: every company has an end of its own.")
    expected = _head(expect) if expect else None
    names = [company] if company else [tenant.name for tenant in companies.every(house)]
    found = {name: audit_chain.verify(house, operator(house, name), expected) for name in names}
    if json_:
        print_json([_plain(name, one) for name, one in found.items()])
    else:
        for name, one in found.items():
            _tell(name, one)
    if any(one.broken for one in found.values()):
        click.get_current_context().exit(REFUSED)


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError as error:
        raise Invalid.field("expect", str(error)) from error


def _plain(name: str, found: Verified) -> dict[str, object]:
    broken = found.broken and {"sequence": found.broken.sequence, "reason": found.broken.reason}
    return {"company": name, "changes": found.head.sequence, "head": str(found.head), "broken": broken}


def _tell(name: str, found: Verified) -> None:
    if found.broken:
        click.echo(f"Error: {name}: line {found.broken.sequence}: {found.broken.reason}", err=True)
    else:
        click.echo(f"{name}: {found.head.sequence} changes, all as they were written. End: {found.head}")


@audit.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="Else the screen.")
@acting
def export(house: House, actor: Actor, form: str, output: IO[str]) -> None:
    """Write the whole history, oldest first, secrets masked: a line of JSON for each change, or CSV.

    Each line carries its digest, so that the file can be checked without this server.

    \b
    Example:
      provserver audit export -o history.jsonl
    """
    lines = audit_chain.export(house, actor)
    if form == "csv":
        _write_csv(lines, output)
    else:
        for line in lines:
            output.write(json.dumps(line, ensure_ascii=False) + "\n")
    output.flush()


def _write_csv(lines: Iterator[dict[str, object]], output: IO[str]) -> None:
    writer = csv.DictWriter(output, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow({name: _cell(value) for name, value in line.items()})


def _cell(value: object) -> object:
    """Write a cell: what is no plain text as JSON; what a spreadsheet would compute is marked as text."""
    if not isinstance(value, str):
        return value if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
    return guarded(value)
