"""Lines and phones given out as one table, in the form that an import reads."""

from collections.abc import Iterator, Mapping

from provserver.db.models import Device, Line
from provserver.domain.roles import Actor, Right
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing import keys
from provserver.services.editing.key_notation import write_cell
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.spreadsheet import table
from provserver.services.spreadsheet.exchange import LINE_FIELDS, Progress

PAGE = 500
"""Rows read from the database at once."""


def export_table(house: House, actor: Actor, *, secrets: bool = False, progress: Progress | None = None) -> str:
    """Write all lines and phones of the company as CSV that an import reads; SIP passwords only with ``secrets``.

    Who took the passwords is audited.
    """
    actor.require(Right.REVEAL if secrets else Right.READ)
    lines = {line.extension: line for line in _all_lines(house, actor)}
    phones = list(_all_devices(house, actor))
    departments = {row.id: row.name for row in directory.departments(house, actor)}
    rows: list[dict[str, str]] = []
    written: set[str] = set()
    for done, device in enumerate(phones, start=1):
        row = _device_row(house, actor, device, departments)
        first = device.lines[0].line.extension if device.lines else ""
        if first and first not in written:
            row |= _line_row(house, lines[first], secrets)
            written.add(first)
        rows.append(row)
        if progress:
            progress(done, len(phones))
    rows += [_line_row(house, line, secrets) for extension, line in lines.items() if extension not in written]
    if secrets:
        with house.database.transaction() as session:
            edit = Edit("passwords exported", "all lines", None, {"lines": len(lines)})
            changes.commit(house, session, actor, edit)
    return table.write(rows, [name for name in table.COLUMNS if secrets or name != "password"])


def _all_lines(house: House, actor: Actor) -> Iterator[Line]:
    after = 0
    while page := directory.find_lines(house, actor, limit=PAGE, after=after):
        yield from page
        after = page[-1].id


def _all_devices(house: House, actor: Actor) -> Iterator[Device]:
    after = 0
    while page := devices.find_devices(house, actor, limit=PAGE, after=after):
        yield from page
        after = page[-1].id


def _line_row(house: House, line: Line, secrets: bool) -> dict[str, str]:
    row = {name: str(getattr(line, name)) for name in LINE_FIELDS if name not in {"department", "password"}}
    row |= {"extension": line.extension, "department": line.department.name if line.department else ""}
    if secrets:
        row["password"] = house.database.keyring.open(line.sealed_password, "line password").decode()
    return row


def _device_row(house: House, actor: Actor, device: Device, departments: Mapping[int, str]) -> dict[str, str]:
    shown = keys.read_keys(house, actor, device.mac)
    return {
        "mac": device.mac,
        "vendor": device.vendor,
        "model": device.model,
        "lines": " ".join(item.line.extension for item in device.lines),
        "description": device.description,
        "phone_department": departments.get(device.department_id or 0, ""),
        "serial": device.serial if actor.may(Right.EDIT) else "",
        "sip_address": device.sip_address,
        "keys": write_cell({slot: item.key for slot, item in shown.items()}) or ("1=none" if shown else ""),
    }
