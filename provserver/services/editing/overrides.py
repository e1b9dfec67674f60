"""Makers' own parameters, as free as they can safely be: checked when saved, so that a file never breaks."""

import re
from collections.abc import Sequence

from provserver.vendors.base import Vendor
from provserver.vendors.registry import vendors

NAME_LIMIT = 120


def vendors_for(name: str) -> Sequence[Vendor]:
    """Give the maker of a place, or every maker where the place is wider than one."""
    return [vendors()[name]] if name else list(vendors().values())


def cannot_carry(makers: Sequence[Vendor], text: str) -> str | None:
    """Say why one of these makers' files cannot carry a text, or None where all can."""
    problems = (maker.package.cannot_carry(text) for maker in makers)
    return next((problem for problem in problems if problem), None)


def check_override(makers: Sequence[Vendor], name: str, value: object) -> str | None:
    """Say what is wrong with a free parameter, or None where every maker here can carry it."""
    fitting = [maker for maker in makers if maker.rules.parameter.fullmatch(name)]
    if not fitting or len(name) > NAME_LIMIT:
        return "this is not the form of a parameter's name"
    for maker in fitting:
        if maker.rules.owns(name):
            return f"the server sets this parameter itself on {maker.rules.title} phones"
    if value is None:
        return None
    if isinstance(value, (dict, list)) or not isinstance(value, (str, int, float, bool)):
        return "a text or a number, or null to leave the parameter out"
    text = str(value)
    for maker in fitting:
        if len(text) > maker.rules.value_limit:
            return f"at most {maker.rules.value_limit} characters"
    if re.search(r"[\x00-\x1f\x7f]", text):
        return "line ends and control characters would break the file"
    return cannot_carry(fitting, text)
