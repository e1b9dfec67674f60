"""Parameters as empty elements with a name and a value: Gigaset's Maxwell phones and N bases."""

from collections.abc import Iterable, Mapping

from provserver.vendors.formats.xml_attributes import attribute, cannot_carry, comment_text

CONTENT_TYPE = "text/xml; charset=utf-8"

__all__ = ["CONTENT_TYPE", "cannot_carry", "operation", "write"]


def operation(name: str, value: str = "", parameters: Mapping[str, str] | None = None) -> str:
    """Write one order to the device, with the parameters that stand inside it."""
    given = f" value={attribute(value)}" if value else ""
    opening = f"<oper name={attribute(name)}{given}"
    inside = "".join(_parameter(*item) for item in (parameters or {}).items())
    return f"{opening}>{inside}</oper>" if inside else f"{opening}/>"


def write(
    items: Iterable[tuple[str, str]],
    comment: str,
    *,
    product: str = "",
    orders: Iterable[str] = (),
    steps: Iterable[str] = (),
    image: tuple[str, str] | None = None,
) -> bytes:
    """Write the orders, then the parameters, one a line, then the steps that the device takes afterwards.

    ``product`` is the maker's code of the device; ``steps`` are names; ``image`` is the version and the address of the
    firmware to run.
    """
    code = f" productID={attribute(product)}" if product else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!-- {comment_text(comment)} -->",
        f'<provisioning version="1.1"{code}>',
        *_firmware(image),
        "  <nvm>",
        *(f"    {order}" for order in orders),
        *(f"    {_parameter(name, value)}" for name, value in items),
        "  </nvm>",
    ]
    rows = [f"    <step type={attribute(step)}/>" for step in steps]
    if rows:
        lines += ["  <custom>", *rows, "  </custom>"]
    return "\n".join([*lines, "</provisioning>\n"]).encode()


def _firmware(image: tuple[str, str] | None) -> list[str]:
    if image is None:
        return []
    version, address = image
    return ["  <firmware>", f"    <file version={attribute(version)} url={attribute(address)}/>", "  </firmware>"]


def _parameter(name: str, value: str) -> str:
    problem = cannot_carry(value)
    if problem:
        raise ValueError(f"{name}: {problem}")
    return f"<param name={attribute(name)} value={attribute(value)}/>"
