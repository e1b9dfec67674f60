"""What it takes to take changes back: each thing that they touched, put to what it was before the first of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from provserver.domain.secret import MASK

Thing = tuple[str, str]
"""What was changed: ``keys`` and ``device`` by the phone's address, ``settings`` by place, others by name or number."""
Path = tuple[str, ...]
ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "absent"})()
"""Stands for an override that is not there, which is not the same as one that is None."""

ORDER = ("settings", "department", "hunt group", "pickup group", "short code", "line", "device", "keys")
"""In which order things are put back: a key may need a line that a phone gets back."""
_MASKS = (MASK, "•" * 8)
"""How secrets stand in the history; dots in what is older."""
NO_SECRETS = "the history keeps no secrets, so what it was is not known; set a new one"
OTHERS: Mapping[str, str] = {
    "device added": "a phone that was added stays; remove it where it is no longer wanted",
    "device removed": "a removed phone does not come back: its secrets went with it; add it again",
    "line added": "a line that was added stays; remove it where it is no longer wanted",
    "line removed": "a removed line does not come back: its password went with it; add it again",
    "line given on": "who had the line before does not come back; keys and names that changed with it do",
    "device replaced": "a replaced phone does not come back: its secrets went with it",
    "department added": "a department that was added stays",
    "department removed": "a removed department does not come back; add it again",
    "hunt group added": "a group that was added stays",
    "hunt group removed": "a removed group does not come back; add it again",
    "pickup group added": "a group that was added stays",
    "pickup group removed": "a removed group does not come back; add it again",
    "short code added": "a short code that was added stays",
    "short codes moved": "short codes that were moved stay in their department",
    "short codes removed": "a removed short code does not come back; add it again",
    "enrolment policy": "a policy is changed on its own page",
    "rollout policy": "a policy is changed on its own page",
    "directory filled": "groups and short codes that were added stay",
}
"""Why other changes stay as they are; what is not here changed nothing that could be put back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history, as far as it matters here; ``present`` is false once its phone is gone."""

    number: int
    what: str
    subject: str
    before: Any
    after: Any
    actor: str = ""
    present: bool = True
    undoes: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stays as it is, and why."""

    number: int
    what: str
    subject: str
    name: str
    reason: str


@dataclass(slots=True)
class Step:
    """One thing to put back: each path with what it was, and what it is now as far as the history tells."""

    thing: Thing
    target: dict[Path, Any] = field(default_factory=dict)
    current: dict[Path, Any] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)

    def patch(self) -> dict[str, Any]:
        """Give the values as a service takes them."""
        kind, _ = self.thing
        if kind != "settings":
            return {path[0]: value for path, value in self.target.items()}
        free = {path[1]: value for path, value in self.target.items() if len(path) > 1}
        return {
            **{path[0]: value for path, value in self.target.items() if len(path) == 1},
            "overrides": {name: value for name, value in free.items() if value is not ABSENT},
            "unset": [name for name, value in free.items() if value is ABSENT],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put back, in order, and what stays."""

    steps: tuple[Step, ...]
    left: tuple[Left, ...]


def plan(lines: Iterable[Line], later: Iterable[Line] = ()) -> Plan:
    """Plan how to take lines back, oldest first; ``later`` are those behind them, that say how things are now."""
    steps: dict[Thing, Step] = {}
    left: list[Left] = []
    for line in lines:
        if line.what in OTHERS:
            left.append(_left(line, "", OTHERS[line.what]))
            _forget(steps, line)
        for thing, path, before, after in touched(line):
            if not line.present:
                left.append(_left(line, path[-1], "the phone was removed since"))
                continue
            step = steps.setdefault(thing, Step(thing))
            step.target.setdefault(path, before)
            step.current[path] = after
            if line.number not in step.numbers:
                step.numbers.append(line.number)
    for line in later:
        _forget(steps, line)
        for thing, path, _, after in touched(line):
            if thing in steps and path in steps[thing].current:
                steps[thing].current[path] = after
    for step in steps.values():
        left += _unknown(step)
    kept = [step for step in steps.values() if _settle(step)]
    return Plan(tuple(sorted(kept, key=lambda step: (ORDER.index(step.thing[0]), step.thing))), tuple(left))


def _forget(steps: dict[Thing, Step], line: Line) -> None:
    """Take back nothing of a line that was removed since: who has its number now is somebody else."""
    if line.what == "line removed":
        steps.pop(("line", line.subject), None)
        steps.pop(("settings", f"line {line.subject}"), None)


def touched(line: Line) -> Iterator[tuple[Thing, Path, Any, Any]]:
    """Walk what a line changed: the thing, the path in it, and its value before and after."""
    if line.what not in _WALKS or not isinstance(line.before, dict) or not isinstance(line.after, dict):
        return
    for thing, path, before, after in _WALKS[line.what](line):
        if before != after:
            yield thing, path, before, after


def later_than(line: Line, later: Iterable[Line]) -> dict[Path, Line]:
    """Find what was changed again since, and is not as the line left it: each path with the line that did it last."""
    mine = {(thing, path): after for thing, path, _, after in touched(line)}
    found: dict[tuple[Thing, Path], tuple[Line, Any]] = {}
    for other in later:
        for thing, path, _, after in touched(other):
            if (thing, path) in mine:
                found[thing, path] = other, after
    return {
        path: other for (thing, path), (other, after) in found.items() if after != mine[thing, path] or is_masked(after)
    }


def is_masked(value: Any) -> bool:
    """Tell whether a value stands for a secret."""
    return isinstance(value, str) and value.startswith(_MASKS)


def _left(line: Line, name: str, reason: str) -> Left:
    return Left(line.number, line.what, line.subject, name, reason)


def _unknown(step: Step) -> Iterator[Left]:
    """Take secrets out of a step: nobody knows what they were."""
    for path in [path for path, value in step.target.items() if is_masked(value)]:
        del step.target[path]
        yield Left(step.numbers[-1], step.thing[0], step.thing[1], path[-1], NO_SECRETS)


def _settle(step: Step) -> bool:
    """Take out what is already as it was; False where nothing remains."""
    for path in [path for path, value in step.target.items() if step.current[path] == value]:
        del step.target[path]
    return bool(step.target)


def _keys(line: Line, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Thing, Path, Any, Any]]:
    for slot in {**before, **after}:
        yield ("keys", line.subject), (slot,), before.get(slot), after.get(slot)


def _fields(line: Line) -> Iterator[tuple[Thing, Path, Any, Any]]:
    for name in {**line.before, **line.after}:
        if name != "keys":
            yield (line.what, line.subject), (name,), line.before.get(name), line.after.get(name)
    yield from _keys(line, line.before.get("keys", {}), line.after.get("keys", {}))


def _settings(line: Line) -> Iterator[tuple[Thing, Path, Any, Any]]:
    thing = ("settings", line.subject)
    for name in {**line.before, **line.after}:
        if name != "overrides":
            yield thing, (name,), line.before.get(name), line.after.get(name)
    was, now = line.before.get("overrides", {}), line.after.get("overrides", {})
    for name in {**was, **now}:
        yield thing, ("overrides", name), was.get(name, ABSENT), now.get(name, ABSENT)


_WALKS: Mapping[str, Callable[[Line], Iterator[tuple[Thing, Path, Any, Any]]]] = {
    "keys": lambda line: _keys(line, line.before, line.after),
    "settings": _settings,
    **dict.fromkeys(("device", "line", "department", "hunt group", "pickup group", "short code"), _fields),
}
