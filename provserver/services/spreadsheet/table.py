"""The spreadsheet of lines and phones: its columns, and how it is read and written as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from provserver.errors import FieldError, Invalid

COLUMNS: Mapping[str, str] = {
    "extension": "the line's short number; a row without one describes a phone only",
    "name": "the line's name",
    "display_name": "what colleagues see, where it differs from the name",
    "department": "the line's department; a new one is made",
    "username": "SIP user name; without one the extension",
    "password": "SIP password; without one it is generated, exported only with --secrets",
    "domain": "SIP domain, where it differs from the company's",
    "transport": "udp, tcp or tls, where it differs from the company's",
    "outbound_proxy": "where it differs from the company's",
    "stun": "STUN server",
    "mac": "the phone's address in any spelling; a row without one describes a line only",
    "vendor": "the phone's maker",
    "model": "the phone's model",
    "lines": "extensions of the phone's accounts, separated by blanks; without them the row's extension",
    "description": "where the phone stands, whose it is",
    "phone_department": "the phone's department, where it differs from its first line's",
    "serial": "the phone's serial number, as it stands on it",
    "sip_address": "where NOTIFYs go, where it differs from the address that the phone fetches from",
    "keys": "all its keys, separated by |, such as 1=line | 3=blf:204 | 4=speed-dial:*98,label=Pickup",
}
"""What every column is for; all of them are optional, in any order."""

MOST_ROWS = 50_000
ROWS_ONLINE = 1_000
"""Rows that a page or a program brings in at once: somebody waits for the answer, half a minute perhaps."""
_FORMULA = re.compile(r"^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the start of a formula (OWASP, CSV injection), in full width, too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is the one that a spreadsheet shows, ``cells`` holds only what is filled in."""

    number: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """Give a cell's text, empty where there is none."""
        return self.cells.get(name, "")


def decode(raw: bytes) -> str:
    """Read a file as text; raises Invalid where it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.field("file", "this is not UTF-8; save the table as CSV UTF-8") from error


def read(text: str, most: int = MOST_ROWS) -> list[Row]:
    """Read a table separated by commas, semicolons or tabs; raises Invalid for unknown columns and too many rows."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check(names)
        return list(_rows(reader, names, most))
    except csv.Error as error:
        raise Invalid.field(f"row {reader.line_num}", f"this is not CSV: {error}") from error


def _check(names: list[str]) -> None:
    errors = [FieldError(name or "(empty)", "unknown column") for name in names if name not in COLUMNS]
    errors += [FieldError(name, "this column stands twice") for name in COLUMNS if names.count(name) > 1]
    if not errors and not {"extension", "mac"} & set(names):
        errors.append(FieldError("extension", "the first row names the columns, among them extension or mac"))
    if errors:
        raise Invalid(errors)


def _rows(reader: Iterable[list[str]], names: list[str], most: int) -> Iterator[Row]:
    for number, values in enumerate(reader, start=2):
        if number > most + 1:
            raise Invalid.field(f"row {number}", f"at most {most} rows at once")
        if len(values) > len(names):
            raise Invalid.field(f"row {number}", f"more cells than the {len(names)} columns of the first row")
        cells = {name: _bare(value.strip()) for name, value in zip(names, values, strict=False)}
        filled = {name: value for name, value in cells.items() if value}
        if filled:
            yield Row(number, filled)


def write(rows: Iterable[Mapping[str, str]], columns: Iterable[str]) -> str:
    """Write rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe, which reading drops."""
    out = io.StringIO(newline="")
    names = list(columns)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([guarded(row.get(name, "")) for name in names])
    return out.getvalue()


def guarded(value: str) -> str:
    """Mark a cell as text where a spreadsheet would compute it."""
    return "'" + value if _FORMULA.match(value) else value


def _bare(value: str) -> str:
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value
