"""What an answer to a push means: whether the phone was reached, whether to try again soon, and why, in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from provserver.domain.push_settings import Way


@dataclass(frozen=True, slots=True)
class Meaning:
    """What came of one way: whether to try again soon, and the sentence for the admin.

    ``reached`` means that it was taken, by the phone and no other, so that no other way is tried; it proves no more:
    only the fetch does.
    """

    reached: bool
    retry: bool
    sentence: str


OFFLINE = frozenset({404, 410, 430, 477, 480, 604})
NO_FETCH = frozenset({405, 481, 489, 501})
"""The phone hears, but its program does not fetch when told (tried: baresip answers 481 to everything)."""
CREDENTIALS = frozenset({401, 403, 407})
LOOPS = frozenset({482, 483})
REFUSED = "refused"
"""The cause, in the words of the SIP user agent, of a port where nobody listens."""

_CAUSES: Mapping[str, str] = {
    "lost": "the connection broke",
    "unconnected": "there is no connection",
    "untrusted": "its certificate is not trusted",
    "closed": "the server was stopping",
}
_DIRECT: Mapping[str, str] = {
    "told": "the phone was told",
    "no fetch": "the phone answered {status}: it is reached, but does not fetch when told",
    "credentials": "the phone answered {status}: it wants credentials for this",
    "silent": "the phone did not answer",
    "nobody": "nothing listens at the phone's address",
    "offline": "the phone is not there ({status})",
    "loop": "the message went in circles ({status})",
    "other": "the phone answered {status}",
}
_REGISTRAR: Mapping[str, str] = {
    "told": "the registrar passed it on",
    "no fetch": "the phone answered {status} through the registrar: it is reached, but does not fetch when told",
    "credentials": "the registrar wants credentials for this ({status})",
    "refused": "the registrar does not let this server in ({status})",
    "silent": "neither the registrar nor the phone behind it answered",
    "nobody": "nothing listens at the registrar's address",
    "offline": "the extension is not registered, or its phone is gone ({status})",
    "loop": "the registrar sends it in circles ({status})",
    "other": "the registrar answered {status}",
}


def meaning(status: int, way: Way = Way.DIRECT, cause: str = "answered", reason: str = "") -> Meaning:
    """Explain a SIP status; ``cause`` is who ended it, ``reason`` what is said where that was a name server."""
    words = _REGISTRAR if way is Way.REGISTRAR else _DIRECT
    if cause == "unknown name":
        return Meaning(False, True, reason)
    if cause in _CAUSES:
        return Meaning(False, True, _CAUSES[cause])
    if cause == REFUSED:
        return Meaning(False, True, words["nobody"])
    kind = _kind(status)
    if kind == "credentials" and status == 403:
        kind = "refused" if "refused" in words else kind
    retry = kind not in ("no fetch", "credentials", "refused", "loop")
    return Meaning(kind == "told", retry, words[kind].format(status=status))


_WEB: Mapping[str, str] = {
    "told": "the page of the phone took it",
    "elsewhere": "the page of the phone leads elsewhere ({status}), where it is not followed",
    "password": "the phone does not take the administrator password that it was given last",
    "readable": "the phone wants its password readable for all, which is not sent without TLS",
    "kept out": "the phone does not let this server in ({status})",
    "no such": "the phone knows no such web action ({status})",
    "no": "the phone says no to its web action",
    "silent": "the page of the phone did not answer",
    "refused": "nothing listens where the page of the phone should be",
    "untrusted": "its certificate is not trusted",
    "lost": "the connection broke",
    "no http": "this is no HTTP server",
    "other": "the page of the phone answered {status}",
}
_WEB_KINDS: Mapping[int, str] = {401: "password", 403: "kept out", 404: "no such", 405: "no such", 501: "no such"}
_FINAL_ON_THE_WEB = frozenset(
    {"elsewhere", "password", "readable", "kept out", "no such", "no", "untrusted", "no http"}
)


def web_meaning(status: int, cause: str = "answered", *, refused: bool = False) -> Meaning:
    """Explain what a visit to a phone's page came to; ``refused`` where the body of its answer says no."""
    if cause != "answered":
        kind = cause
    elif 200 <= status < 300:
        kind = "no" if refused else "told"
    else:
        kind = "elsewhere" if 300 <= status < 400 else _WEB_KINDS.get(status, "other")
    return Meaning(kind == "told", kind not in _FINAL_ON_THE_WEB, _WEB[kind].format(status=status))


def _kind(status: int) -> str:
    if 200 <= status < 300:
        return "told"
    if status == 408:
        return "silent"
    sets = {"no fetch": NO_FETCH, "credentials": CREDENTIALS, "offline": OFFLINE, "loop": LOOPS}
    return next((kind for kind, statuses in sets.items() if status in statuses), "other")
