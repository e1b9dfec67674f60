"""Parameters as nested elements, each named by its path: Fanvil, Auerswald.

A path is ``phone/date/TimeZone``; a step that stands more than once carries its number or name in brackets, as in
``sip/line[2]/PhoneNumber``; an attribute of a step is ``keys/key[2]/@label``.
"""

from collections.abc import Iterable
from enum import Enum

from provserver.vendors.formats.xml_attributes import attribute, cannot_carry, comment_text
from provserver.vendors.formats.xml_elements import CONTENT_TYPE, element

__all__ = ["CONTENT_TYPE", "Bracket", "cannot_carry", "write"]


class Bracket(Enum):
    """Where the file says what a path has in brackets: in an attribute, in the step's first element, or nowhere."""

    ATTRIBUTE = "index"
    ELEMENT = "ID"
    ORDER = ""


class _Node:
    """One element with its values, as lines that are ready, and the elements below it."""

    __slots__ = ("attributes", "below", "lines")

    def __init__(self) -> None:
        self.attributes = ""
        self.lines: list[str] = []
        self.below: dict[str, _Node] = {}


def write(root: str, items: Iterable[tuple[str, str]], comment: str, bracket: Bracket) -> bytes:
    """Write the items under a root; steps stand in the order of their first mention, values before steps.

    A value that XML cannot carry raises ValueError with its path.
    """
    top = _Node()
    nodes = {"": top}
    for path, value in items:
        above, _, name = path.rpartition("/")
        node = nodes.get(above) or _grow(nodes, above)
        if name.startswith("@"):
            node.attributes += f" {name[1:]}={_quoted(path, value)}"
        else:
            node.lines.append(_value(path, name.partition("[")[0], value))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<!-- {comment_text(comment)} -->", f"<{root}>"]
    _emit(top, "  ", bracket, lines)
    lines.append(f"</{root}>\n")
    return "\n".join(lines).encode()


def _grow(nodes: dict[str, _Node], path: str) -> _Node:
    above, _, step = path.rpartition("/")
    parent = nodes.get(above) or _grow(nodes, above)
    nodes[path] = parent.below[step] = _Node()
    return nodes[path]


def _value(path: str, name: str, value: str) -> str:
    try:
        return element(name, value)
    except ValueError as problem:
        raise ValueError(f"{path}: {problem}") from problem


def _quoted(path: str, value: str) -> str:
    try:
        return attribute(value)
    except ValueError as problem:
        raise ValueError(f"{path}: {problem}") from problem


def _emit(node: _Node, indent: str, bracket: Bracket, lines: list[str]) -> None:
    lines += [indent + line for line in node.lines]
    for step, below in node.below.items():
        name, _, number = step.removesuffix("]").partition("[")
        mark = f" {bracket.value}={attribute(number)}" if number and bracket is Bracket.ATTRIBUTE else ""
        lines.append(f"{indent}<{name}{mark}{below.attributes}>")
        if number and bracket is Bracket.ELEMENT:
            lines.append(f"{indent}  <{bracket.value}>{number}</{bracket.value}>")
        _emit(below, indent + "  ", bracket, lines)
        lines.append(f"{indent}</{name}>")
