"""Short codes as they are typed: one code or a range, and the number that each of them dials."""

from collections.abc import Mapping

from provserver.domain.numbers import dialable, extension, plain_text
from provserver.errors import FieldError, Invalid

NAME_LIMIT = 64
MOST_IN_RANGE = 1000
_FIELDS = ("code", "first", "last", "number", "name", "department")


def read_fields(raw: Mapping[str, object]) -> dict[str, str]:
    """Read the fields of one code or of a range; raises Invalid naming every wrong one."""
    wanted = ("first", "last", "number") if "first" in raw or "last" in raw else ("code", "number")
    values: dict[str, str] = {}
    errors = [FieldError(name, "missing") for name in wanted if not raw.get(name)]
    for name, value in raw.items():
        try:
            if name not in _FIELDS or (name == "code" and "first" in wanted):
                raise ValueError("unknown field")
            if value is not None and not isinstance(value, str):
                raise ValueError("a text")
            values[name] = _value(name, value or "")
        except ValueError as error:
            errors.append(FieldError(name, str(error)))
    if errors:
        raise Invalid(errors)
    return values


def _value(name: str, text: str) -> str:
    if not text.strip():
        return ""
    if name in {"code", "first", "last"}:
        return extension(text)
    if name == "number":
        return dialable(text)
    return plain_text(text, NAME_LIMIT) if name == "name" else text.strip()


def spread(fields: Mapping[str, str]) -> dict[str, str]:
    """Give each code with the number that it dials; in a range each dials one more than the one before.

    Raises Invalid where the codes are no range, or the number cannot be counted on.
    """
    if "first" not in fields:
        return {fields["code"]: fields["number"]}
    first, last, number = fields["first"], fields["last"], fields["number"]
    if not (first.isdigit() and last.isdigit() and len(first) == len(last) and first <= last):
        raise Invalid.field("last", "the first and the last of a range have as many digits, and no other characters")
    size = int(last) - int(first) + 1
    if size > MOST_IN_RANGE:
        raise Invalid.field("last", f"a range has at most {MOST_IN_RANGE} codes")
    start = number.lstrip("+*#")
    if size > 1 and not start.isdigit():
        raise Invalid.field("number", "the first number of a range ends in digits that can be counted on")
    head = number.removesuffix(start)
    return {
        str(int(first) + step).zfill(len(first)): number if size == 1 else _counted(head, start, step)
        for step in range(size)
    }


def _counted(head: str, digits: str, step: int) -> str:
    number = str(int(digits) + step).zfill(len(digits))
    if len(number) > len(digits):
        raise Invalid.field("number", "the numbers of this range would grow by a digit; begin lower")
    return head + number
