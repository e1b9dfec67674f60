"""Which element a parameter stands in; the phone reads the attributes alone, so the groups are for people."""

from functools import lru_cache

from provserver.vendors.base import Params

_GROUPS = {
    "SERVER": ("device.prov.", "prov.", "voIpProt.SIP.specialEvent."),
    "DEVICE": ("device.",),
    "LINES": ("reg.",),
    "VOICEMAIL": ("msg.", "up.oneTouchVoiceMail"),
    "CALLS": ("call.", "feature.", "dialplan."),
    "SPEECH": ("voice.", "tone.dtmf.", "sec.srtp.", "voIpProt.SIP.dtmfViaSignaling."),
    "CLOCK": ("tcpIpApp.sntp.", "lcl."),
    "DIRECTORY": ("dir.",),
    "KEYS": ("lineKey.", "up.Pagination."),
    "MONITORED": ("attendant.",),
    "OTHER": ("",),
}


def grouped(params: Params) -> dict[str, list[tuple[str, str]]]:
    """Sort the parameters into elements, keeping their order; an empty group is left to the writer."""
    groups: dict[str, list[tuple[str, str]]] = {element: [] for element in _GROUPS}
    for name, parameter in params.items():
        groups[_group(name)].append((name, parameter.value))
    return groups


@lru_cache(maxsize=4096)
def _group(name: str) -> str:
    return next(element for element, prefixes in _GROUPS.items() if name.startswith(prefixes))
