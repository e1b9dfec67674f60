"""Parameters as elements with a text: Grandstream, Snom, Cisco, Fanvil and the makers that write as they do."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from provserver.vendors.formats.xml_attributes import attribute, cannot_carry, comment_text

CONTENT_TYPE = "text/xml; charset=utf-8"

__all__ = ["CONTENT_TYPE", "cannot_carry", "document", "element"]


def element(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """Write one element; a text or attribute that XML cannot carry raises ValueError with the element's name."""
    given = "".join(f" {key}={attribute(value)}" for key, value in attributes.items()) if attributes else ""
    if not text or text.isalnum():  # nothing in it to escape: most values, and half of the time saved
        return f"<{name}{given}>{text}</{name}>"
    problem = cannot_carry(text)
    if problem:
        raise ValueError(f"{name}: {problem}")
    return f"<{name}{given}>{escape(text, _ENTITIES)}</{name}>"


def document(root: str, sections: Iterable[tuple[str, Iterable[str]]], comment: str, *, opening: str = "") -> bytes:
    """Write finished elements under a root, one a line; ``sections`` are ``(wrapper, elements)``.

    An empty wrapper puts its elements right under the root. ``opening`` holds the root's attributes, ready-made by
    the package from constants.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<!-- {comment_text(comment)} -->", f"<{root}{opening}>"]
    for wrapper, elements in sections:
        indent = "    " if wrapper else "  "
        rows = [indent + one for one in elements]
        if wrapper:
            rows = [f"  <{wrapper}>", *rows, f"  </{wrapper.split()[0]}>"]
        lines += rows
    lines.append(f"</{root}>\n")
    return "\n".join(lines).encode()


_ENTITIES = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
