"""Lines and phones as one table: tried as a whole first, then brought in without keeping others from saving."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, sleep

from provserver.db.joined import Joined
from provserver.db.models import Device, Line
from provserver.db.rehearsal import rehearsal
from provserver.domain.keys import EMPTY
from provserver.domain.mac import parse_mac
from provserver.domain.roles import Actor, Right
from provserver.errors import Conflict, Elsewhere, FieldError, Invalid, NotFound, ProvisioningError
from provserver.services.editing import keys
from provserver.services.editing.key_notation import read_cell
from provserver.services.house import House
from provserver.services.inventory import claims, devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from provserver.services.pushing.progress import state
from provserver.services.spreadsheet import table
from provserver.services.spreadsheet.table import Row

LONGEST_BATCH = 0.25
"""Seconds that an import may keep SQLite's single writer to itself."""
PAUSE = 0.06
"""Seconds between two batches: longer than SQLite lets a writer sleep who has waited for one batch (0.05)."""
LINE_FIELDS = (
    "name", "display_name", "department", "username", "password", "domain", "transport", "outbound_proxy", "stun",
)  # fmt: skip

_PLAIN = ("description", "sip_address", "serial")
"""Columns of a phone that are changed as they stand."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row of the table, by the number that a spreadsheet shows."""

    row: int
    field: str
    message: str


@dataclass(slots=True)
class Imported:
    """What an import did, or a dry run would do; with errors nothing is saved unless it was told to keep going."""

    lines_added: list[str] = field(default_factory=list)
    lines_changed: list[str] = field(default_factory=list)
    devices_added: dict[str, str] = field(default_factory=dict)
    devices_changed: list[str] = field(default_factory=list)
    departments_added: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    saved: bool = False

    def plain(self) -> dict[str, object]:
        """Give it as programs read it, with the address of every new phone."""
        return {
            "saved": self.saved,
            "lines_added": self.lines_added,
            "lines_changed": self.lines_changed,
            "devices_added": [{"mac": mac, "provisioning_url": url} for mac, url in self.devices_added.items()],
            "devices_changed": self.devices_changed,
            "departments_added": self.departments_added,
            "errors": [{"row": item.row, "field": item.field, "message": item.message} for item in self.errors],
        }


def import_table(
    house: House,
    actor: Actor,
    text: str,
    *,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Progress | None = None,
    most: int = table.MOST_ROWS,
) -> Imported:
    """Add and change the lines and phones of a CSV table, all or nothing.

    What exists already is changed to what its row says, and an empty cell leaves it as it is. The whole table is
    tried first; with an error nothing is saved, or with ``keep_going`` only the wrong rows are left out. Then it is
    saved in short transactions, so that others can save in between. What somebody else changed between trial and
    saving is told as an error of its row, and the other rows are saved. An import that is cut off leaves whole rows
    only, and importing the same table again finishes it.

    Raises Invalid where the table itself cannot be read or has more rows than ``most``; ``progress`` is told how many
    of how many steps are done.
    """
    actor.require(Right.EDIT)
    rows = table.read(text, most)
    rounds = 1 if dry_run else 2
    with rehearsal(house.database) as trial:
        tried = _Import(replace(house, database=trial), actor)
        tried.run(rows, _part(progress, 0, rounds))
    if tried.elsewhere:
        claims.note(house, actor, tried.elsewhere)
    if dry_run or (tried.result.errors and not keep_going):
        return tried.result
    work = _Import(house, actor, pause=PAUSE)
    work.run(rows, _part(progress, 1, rounds))
    work.result.saved = True
    return work.result


def _part(progress: Progress | None, part: int, parts: int) -> Progress:
    """Count one of several equal parts of a work as a share of the whole."""

    def told(done: int, steps: int) -> None:
        if progress:
            progress(part * steps + done, parts * steps)

    return told


Step = tuple[Row, Callable[[Row], None]]


class _Import:
    """One import under way: lines first, then phones, then keys, because each may point at all before it."""

    def __init__(self, house: House, actor: Actor, pause: float = 0) -> None:
        self._outside = house
        self._house = house
        self._actor = actor
        self._pause = pause
        self._wrong: set[int] = set()
        self._departments = {row.name for row in directory.departments(house, actor)}
        self.result = Imported()
        self.elsewhere: list[str] = []

    def run(self, rows: Sequence[Row], progress: Progress) -> None:
        """Take every row in three rounds; a row that failed is left alone in the next."""
        self._refuse_twice(rows, "extension", lambda text: text)
        self._refuse_twice(rows, "mac", parse_mac)
        rounds = (("extension", self._line), ("mac", self._device), ("keys", self._keys))
        steps: list[Step] = [(row, take) for column, take in rounds for row in rows if row.get(column)]
        done = 0
        while done < len(steps):
            done = self._batch(steps, done, progress)
            sleep(self._pause)
        for row in rows:
            if not row.get("extension") and not row.get("mac"):
                self._note(row, Invalid.field("extension", "a row has an extension or a mac"))

    def _batch(self, steps: Sequence[Step], done: int, progress: Progress) -> int:
        """Take steps in one transaction until it has lasted long enough; return how many are done then."""
        with self._outside.database.transaction() as session:
            session.connection()  # whoever writes now is waited for before the clock starts
            until = monotonic() + LONGEST_BATCH
            self._house = replace(self._outside, database=Joined(self._outside.database, session))
            while True:
                self._take(*steps[done])
                done += 1
                progress(done, len(steps))
                if done == len(steps) or monotonic() >= until:
                    return done

    def _take(self, row: Row, take: Callable[[Row], None]) -> None:
        if row.number in self._wrong:
            return
        try:
            take(row)
        except ProvisioningError as error:
            self.elsewhere += [error.name] if isinstance(error, Elsewhere) else []
            self._note(row, error)

    def _refuse_twice(self, rows: Sequence[Row], column: str, read: Callable[[str], str]) -> None:
        seen: dict[str, int] = {}
        for row in rows:
            try:
                value = read(row.get(column)) if row.get(column) else ""
            except ValueError:
                continue  # the rule of the field itself says what is wrong
            if value and value in seen:
                self._note(row, Invalid.field(column, f"{value} stands in row {seen[value]} already"))
            seen.setdefault(value, row.number)

    def _note(self, row: Row, error: ProvisioningError) -> None:
        self._wrong.add(row.number)
        self.result.errors.extend(RowError(row.number, item.field, item.message) for item in _fields(error))

    def _department(self, name: str) -> None:
        if name and name not in self._departments:
            directory.add_department(self._house, self._actor, name)
            self._departments.add(name)
            self.result.departments_added.append(name)

    def _line(self, row: Row) -> None:
        extension = row.get("extension")
        values = {name: row.get(name) for name in LINE_FIELDS if row.get(name)}
        self._department(values.get("department", ""))
        try:
            line = directory.get_line(self._house, self._actor, extension)
        except NotFound:
            directory.add_line(self._house, self._actor, NewLine(extension, **{"name": "", **values}))
            self.result.lines_added.append(extension)
            return
        differing = {name: value for name, value in values.items() if self._line_value(line, name) != value}
        if differing:
            directory.change_line(self._house, self._actor, extension, differing)
            self.result.lines_changed.append(extension)

    def _line_value(self, line: Line, name: str) -> str:
        if name == "password":
            return self._house.database.keyring.open(line.sealed_password, "line password").decode()
        if name == "department":
            return line.department.name if line.department else ""
        return str(getattr(line, name))

    def _device(self, row: Row) -> None:
        self._department(row.get("phone_department"))
        lines = tuple(row.get("lines").split()) or ((row.get("extension"),) if row.get("extension") else ())
        found = self._find(row.get("mac"))
        if found is None:
            new = NewDevice(
                row.get("mac"), row.get("vendor"), row.get("model"), lines, row.get("description"),
                row.get("phone_department"), row.get("serial"),
            )  # fmt: skip
            device, url = devices.add_device(self._house, self._actor, new)
            self.result.devices_added[device.mac] = url
            if row.get("sip_address"):
                devices.change_device(self._house, self._actor, device.mac, {"sip_address": row.get("sip_address")})
            return
        self._same_model(found, row)
        wanted: dict[str, object] = {name: row.get(name) for name in _PLAIN if row.get(name)}
        if row.get("lines") or (row.get("extension") and not found.lines):
            wanted["lines"] = list(lines)
        if row.get("phone_department"):
            wanted["department"] = row.get("phone_department")
        if self._change(found, wanted):
            self.result.devices_changed.append(found.mac)

    def _find(self, mac: str) -> Device | None:
        try:
            return state(self._house, self._actor, mac).device
        except NotFound:
            return None

    def _same_model(self, device: Device, row: Row) -> None:
        for name, stored in (("vendor", device.vendor), ("model", device.model)):
            if row.get(name) and row.get(name).lower() != stored.lower():
                raise Invalid.field(name, f"this phone is a {device.vendor} {device.model}; remove it to add another")

    def _change(self, device: Device, wanted: dict[str, object]) -> bool:
        departments = {row.id: row.name for row in directory.departments(self._house, self._actor)}
        stored: dict[str, object] = {
            "description": device.description,
            "sip_address": device.sip_address,
            "serial": device.serial,
            "lines": [item.line.extension for item in device.lines],
            "department": departments.get(device.department_id or 0, ""),
        }
        differing = {name: value for name, value in wanted.items() if stored[name] != value}
        if differing:
            devices.change_device(self._house, self._actor, device.mac, differing)
        return bool(differing)

    def _keys(self, row: Row) -> None:
        if not row.get("mac"):
            raise Invalid.field("keys", "keys need a phone; the mac is missing")
        wanted = read_cell(row.get("keys"))
        stored = keys.read_keys(self._house, self._actor, row.get("mac"))
        emptied = {str(slot): {"kind": "none"} for slot, shown in stored.items() if shown.key != EMPTY}
        device, differing, _ = keys.set_keys(self._house, self._actor, row.get("mac"), {**emptied, **wanted})
        known = {*self.result.devices_added, *self.result.devices_changed}
        if differing and device.mac not in known:
            self.result.devices_changed.append(device.mac)


def _fields(error: ProvisioningError) -> Sequence[FieldError]:
    """Give the fields that an error names; a Conflict names one in front of a colon."""
    if isinstance(error, Invalid):
        return error.fields
    name, colon, rest = str(error).partition(": ")
    return [FieldError(name, rest) if isinstance(error, Conflict) and colon else FieldError("", str(error))]
