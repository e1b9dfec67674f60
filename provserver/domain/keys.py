"""Keys: what one dials and shows, and the rules that a plan of them keeps."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from provserver.domain.hardware import PhoneModel
from provserver.domain.numbers import dialable, dtmf_digits, extension, plain_text, web_address
from provserver.domain.slots import KeyKind, Slot
from provserver.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class Key:
    """One key as an admin sets it; ``line`` counts the phone's accounts from 1."""

    kind: KeyKind = KeyKind.NONE
    target: str = ""
    label: str = ""
    line: int = 1
    use_name_as_label: bool = False
    locked: bool = False


EMPTY = Key()


class Directory(Protocol):
    """What the rules ask of the company's directory."""

    def name_of(self, number: str) -> str | None:
        """Give the display name of whoever has this extension, or None where nobody has."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of key carries: how its target is read, and whether it must have one."""

    read: Callable[[str], str] | None = None
    required: bool = False
    what: str = ""


SHAPES: Mapping[KeyKind, Shape] = {
    KeyKind.NONE: Shape(),
    KeyKind.LINE: Shape(),
    KeyKind.SPEED_DIAL: Shape(dialable, True, "the number, extension or service code to dial"),
    KeyKind.BLF: Shape(extension, True, "the extension to monitor"),
    KeyKind.PICKUP: Shape(dialable, False, "the pickup code"),
    KeyKind.PARK: Shape(dialable, True, "the parking place"),
    KeyKind.INTERCOM: Shape(dialable, True, "the extension to call"),
    KeyKind.DTMF: Shape(dtmf_digits, True, "the tones to send"),
    KeyKind.URL: Shape(web_address, True, "the address to call"),
    KeyKind.VOICEMAIL: Shape(dialable, False, "the voicemail number"),
    KeyKind.FORWARD: Shape(dialable, False, "the number to forward to"),
    KeyKind.DND: Shape(),
}


def shown_label(key: Key, directory: Directory) -> str:
    """Give the label that the phone shows.

    With *use the user's name*, the monitored person's display name; the typed label is then for the configurator
    only. Otherwise the typed label, and where there is none what the key dials.
    """
    if key.use_name_as_label and (name := directory.name_of(key.target)):
        return name
    return key.label or key.target


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """All keys of a phone; slots that are not named are empty."""

    slots: Mapping[Slot, Key]

    def key(self, slot: Slot) -> Key:
        """Give the key on a slot; an unset one is empty."""
        return self.slots.get(slot, EMPTY)

    def plain(self, slots: Iterable[Slot]) -> dict[str, dict[str, object]]:
        """Give some keys as plain data by their names, as programs set them."""
        return {str(slot): asdict(self.key(slot)) for slot in slots}

    def apply(self, changes: Mapping[Slot, Key]) -> "KeyPlan":
        """Give a new plan with these keys replaced."""
        return KeyPlan({**self.slots, **changes})

    def check(self, model: PhoneModel, lines: int, directory: Directory, only: Collection[Slot]) -> "KeyPlan":
        """Return the plan with the keys in ``only`` normalized; raises Invalid naming every wrong field at once."""
        errors: list[FieldError] = []
        checked = dict(self.slots)
        for slot in sorted(only):
            try:
                checked[slot] = _checked(slot, self.slots.get(slot, EMPTY), model, lines, directory)
            except Invalid as problem:
                errors.extend(problem.fields)
        if errors:
            raise Invalid(errors)
        return KeyPlan(checked)


def _checked(slot: Slot, key: Key, model: PhoneModel, lines: int, directory: Directory) -> Key:
    if slot not in model.all_slots:
        raise Invalid.field(str(slot), _no_such_slot(slot, model))
    if key.kind is KeyKind.NONE:
        return replace(EMPTY, locked=key.locked)
    if key.kind not in model.kinds:
        raise Invalid.field(f"{slot}.kind", model.lacks.get(key.kind, f"{model.title} has no {key.kind} keys"))
    if key.kind not in model.kinds_at(slot):
        raise Invalid.field(f"{slot}.kind", f"this key of {model.title} cannot be a {key.kind} key; others can")
    errors: list[FieldError] = []
    target, label = key.target, key.label
    try:
        target = _target(key, directory)
    except ValueError as problem:
        errors.append(FieldError(f"{slot}.target", str(problem)))
    try:
        label = _label(key.label, model)
    except ValueError as problem:
        errors.append(FieldError(f"{slot}.label", str(problem)))
    if not 1 <= key.line <= max(lines, key.kind is not KeyKind.LINE):
        errors.append(FieldError(f"{slot}.line", _no_such_line(key.line, lines)))
    if errors:
        raise Invalid(errors)
    named = key.use_name_as_label and key.kind in NAMED_KINDS
    return replace(key, target=target, label=label, use_name_as_label=named)


NAMED_KINDS = frozenset({KeyKind.BLF, KeyKind.SPEED_DIAL, KeyKind.INTERCOM})
"""Kinds whose target may be a person, so that the person's name can be the label."""


def _target(key: Key, directory: Directory) -> str:
    shape = SHAPES[key.kind]
    if not key.target.strip() or shape.read is None:
        if shape.required:
            raise ValueError(f"missing: {shape.what}")
        return ""
    target = shape.read(key.target)
    if key.kind is KeyKind.BLF and directory.name_of(target) is None:
        raise ValueError(f"there is no extension {target} in this company")
    return target


def _label(text: str, model: PhoneModel) -> str:
    if text.strip() and model.label_limit == 0:
        raise ValueError("this phone keeps no labels")
    label = plain_text(text, model.label_limit)
    if model.label_bytes is not None and len(label.encode()) > model.label_bytes:
        raise ValueError(f"this phone keeps {model.label_bytes} bytes of a label; accents take 2 and emoji 4 each")
    return label


def _no_such_slot(slot: Slot, model: PhoneModel) -> str:
    if slot.module == 0 and not model.slots:
        return model.lacks.get("keys", f"{model.title} has no keys that can be set")
    if slot.module == 0:
        return f"{model.title} has no key {slot.number}; its keys are 1 to {len(model.slots)}"
    if model.sidecar is None:
        return f"{model.title} takes no expansion module"
    if slot.module > model.sidecar.chain:
        return f"{model.title} takes at most {model.sidecar.chain} expansion modules"
    return f"{model.sidecar.name} has no key {slot.number} that can be set"


def _no_such_line(line: int, lines: int) -> str:
    if lines == 0:
        return "this phone has no line yet; assign one first"
    return f"this phone has no line {line}; it has {lines}"
