"""What makers' packages write alike, each in its own words: every account, where calls go, whose file it is."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from provserver.domain.phone import Line, Phone
from provserver.domain.telephony import Forwards
from provserver.vendors.base import Params


def put_every_account(
    params: Params,
    phone: Phone,
    put_line: Callable[[Params, Phone, Line], None],
    unused: Callable[[int], Mapping[str, str | int]] | Callable[[int], Mapping[str, str]],
) -> None:
    """Write every account of the model: the lines that there are, the rest as ``unused`` says, whose number it gets.

    An account that is left out would stay on the phone when its line is taken away.
    """
    for number, line in phone.accounts:
        if line:
            put_line(params, phone, line)
        else:
            params.put_all(unused(number), f"line {number}")


def put_forwards(
    params: Params,
    found: Forwards,
    ways: Mapping[str, str],
    switch: str,
    target: str,
    flags: Mapping[bool, str | int] = MappingProxyType({True: 1, False: 0}),
) -> None:
    """Write for each of the ``ways`` whether calls are forwarded and whereto: empty where they go nowhere else.

    ``switch`` and ``target`` are the maker's names, in which ``%s`` stands for its word for the way.
    """
    for way, word in ways.items():
        number: str = getattr(found, way)
        params.put(switch % word, flags[bool(number)], f"forward_{way}")
        params.put(target % word, number, f"forward_{way}")


def heading(phone: Phone, maker: str, address: str = "", about: str | None = None) -> str:
    """Say which phone a file is for, and that changes made in it are lost.

    ``address`` is the phone's as its maker writes it, ``about`` what stands in place of the phone's description.
    """
    said = " ".join((phone.description if about is None else about).split())
    who = f"{maker} {phone.model.title} {address or phone.mac}" + (f", {said}" if said else "")
    return f"{who}; written by provserver, changes made here are lost"
