"""Two renderings of a phone compared: parameter by parameter, with every secret masked on both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice

from provserver.domain.phone import Phone
from provserver.domain.secret import MASK
from provserver.services.rendering.renderings import files_of, masked_files
from provserver.vendors.base import File, Parameter, Rules

MOST_PARAMETERS = 200
"""Parameters listed for one file; a file that comes or goes whole has more."""
MOST_LINES = 60
NEW_SECRET = f"{MASK} (new)"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A phone's files, as it would get them and as people may see them."""

    files: Mapping[str, File]
    masked: Mapping[str, File]

    @classmethod
    def of(cls, phone: Phone) -> "Rendered":
        """Render a phone; raises what the maker's package raises."""
        return cls({file.name: file for file in files_of(phone)}, masked_files(phone))


@dataclass(frozen=True, slots=True)
class ChangedParameter:
    """One parameter before and after, None where the file lacks it; ``restart`` is ``yes``, ``maybe`` or empty."""

    name: str
    before: str | None
    after: str | None
    source: str
    restart: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that differs; ``lines`` are a diff of the text where no parameter tells, ``more`` counts what is cut."""

    file: str
    change: str
    parameters: tuple[ChangedParameter, ...]
    lines: tuple[str, ...] = ()
    more: int = 0


def compare(before: Rendered, after: Rendered, rules: Rules) -> list[ChangedFile]:
    """List the files whose bytes differ, each with the parameters that do."""
    names = [*before.files, *(name for name in after.files if name not in before.files)]
    differing = [name for name in names if _body(before.files.get(name)) != _body(after.files.get(name))]
    return [_compare_file(name, before, after, rules) for name in differing]


def _body(file: File | None) -> bytes | None:
    return None if file is None else file.body


def _compare_file(name: str, before: Rendered, after: Rendered, rules: Rules) -> ChangedFile:
    was, now = _parameters(before.files, name), _parameters(after.files, name)
    order = [*was, *(parameter for parameter in now if parameter not in was)]
    changed = [parameter for parameter in order if _text(was.get(parameter)) != _text(now.get(parameter))]
    shown_was, shown_now = _parameters(before.masked, name), _parameters(after.masked, name)
    resync = rules.resync(changed)
    restart = {**dict.fromkeys(resync.may_restart, "maybe"), **dict.fromkeys(resync.restarts, "yes")}
    rows = tuple(
        ChangedParameter(
            parameter,
            *_shown(_text(shown_was.get(parameter)), _text(shown_now.get(parameter))),
            (now.get(parameter) or was[parameter]).source,
            restart.get(parameter, ""),
        )
        for parameter in changed[:MOST_PARAMETERS]
    )
    change = (
        "changed" if name in before.files and name in after.files else "added" if name in after.files else "removed"
    )
    lines = () if rows else _lines(before.masked.get(name), after.masked.get(name))
    return ChangedFile(name, change, rows, lines, max(0, len(changed) - MOST_PARAMETERS))


def _parameters(files: Mapping[str, File], name: str) -> Mapping[str, Parameter]:
    return files[name].parameters if name in files else {}


def _text(parameter: Parameter | None) -> str | None:
    return None if parameter is None else parameter.value


def _shown(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Give what people may see of a parameter that differs: what looks the same once it is masked is a secret."""
    return (before, after) if before != after else (MASK, NEW_SECRET)


def _lines(before: File | None, after: File | None) -> tuple[str, ...]:
    was, now = _text_lines(before), _text_lines(after)
    found = islice(unified_diff(was, now, lineterm="", n=0), 2, 2 + MOST_LINES)
    return tuple(line for line in found if not line.startswith("@@"))


def _text_lines(file: File | None) -> Sequence[str]:
    return file.body.decode("utf-8", "replace").splitlines() if file is not None else []
