"""Parameters as attributes of elements within elements: Digium, Alcatel-Lucent and the makers that write as they do."""

from collections.abc import Iterable, Mapping

from provserver.vendors.formats.xml_attributes import attribute, cannot_carry, comment_text

CONTENT_TYPE = "text/xml; charset=utf-8"

__all__ = ["CONTENT_TYPE", "cannot_carry", "document", "node"]


def node(name: str, attributes: Mapping[str, str], children: Iterable[str] = ()) -> str:
    """Write one element around finished ones; a value that XML cannot carry raises ValueError."""
    given = "".join(f" {key}={attribute(value)}" for key, value in attributes.items())
    inside = "\n".join(children)
    if not inside:
        return f"<{name}{given}/>"
    indented = inside.replace("\n", "\n  ")  # a line end within a value is written as a number, never as itself
    return f"<{name}{given}>\n  {indented}\n</{name}>"


def document(root: str, comment: str) -> bytes:
    """Write a document around its finished root."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {comment_text(comment)} -->\n{root}\n'.encode()
