"""The paths that are phones', over HTTP and over TFTP alike: whose file is asked for, and by which token."""

import re
from typing import NamedTuple

from provserver.vendors.registry import claim

_TOKEN_PATH = re.compile(r"/p/([A-Za-z0-9_-]{16,64})/([^/]{1,100})")
_FIRMWARE_PATH = re.compile(r"/(?:p/([A-Za-z0-9_-]{16,64})/)?firmware/(?:([^/]{1,80})/)?([^/]{1,100})")


class Place(NamedTuple):
    """A phone's path: its token, if any, the file in lower case, and whether it is a firmware image."""

    token: str | None
    file: str
    firmware: bool = False


def phone_path(path: str) -> Place | None:
    """Read a path; None where it is not a phone's.

    Everything under ``/p/`` and ``/firmware/`` is a phone's, however wrong: it is answered here, with a plain no.
    """
    if path.startswith("/p/"):
        if match := _TOKEN_PATH.fullmatch(path):
            return Place(match[1], match[2].lower())
        match = _FIRMWARE_PATH.fullmatch(path)
        return Place(match[1], _image(match), True) if match else Place("", "")
    if path.startswith("/firmware/"):
        match = _FIRMWARE_PATH.fullmatch(path)
        return Place(None, _image(match) if match else "", True)
    name = path.rpartition("/")[2].lower()
    if len(name) <= 100 and path.count("/") == 1 and claim(name) is not None:
        return Place(None, name)
    return None


def _image(match: re.Match[str]) -> str:
    """Give the image's name; a phone that makes up the end of it by itself is told the start as a folder."""
    return f"{match[2]}-{match[3]}".lower() if match[2] else match[3].lower()
