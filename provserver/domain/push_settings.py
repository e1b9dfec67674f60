"""The settings that say how this server reaches a phone; makers read of them whether it comes over HTTP, and whence."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from provserver.domain.settings import Effective, Kind, Setting


class Way(StrEnum):
    """A way to tell a phone that it should fetch."""

    DIRECT = "direct"
    REGISTRAR = "registrar"
    ASTERISK = "asterisk"
    FREESWITCH = "freeswitch"
    KAMAILIO = "kamailio"
    HTTP = "http"
    POLL = "poll"


ENGINES = (Way.ASTERISK, Way.FREESWITCH, Way.KAMAILIO)

PUSH_SETTINGS = (
    Setting(
        "push_ways",
        Kind.ORDER,
        (Way.DIRECT.value,),
        "push",
        "Ways to reach phones",
        choices=tuple(way.value for way in Way),
        help="Tried in this order until one reaches the phone. After its own poll nothing is tried: the phone is left"
        " to ask by itself.",
    ),
    Setting(
        "push_proxy",
        Kind.HOST,
        "",
        "push",
        "Registrar or proxy for pushes",
        help="Host, and port where it is not found by DNS. Empty: the line's outbound proxy, else its domain.",
    ),
    Setting(
        "push_transport",
        Kind.CHOICE,
        "same",
        "push",
        "Transport to the registrar",
        choices=("same", "udp", "tcp", "tls"),
    ),
    Setting(
        "push_user",
        Kind.TEXT,
        "",
        "push",
        "User name at the registrar",
        high=64,
        help="Of this server, where the registrar asks who pushes. Empty where it trusts this server's address.",
    ),
    Setting("push_password", Kind.SECRET, None, "push", "Password at the registrar"),
    Setting(
        "push_certificates",
        Kind.CHOICE,
        "names",
        "push",
        "Certificates over TLS",
        choices=("names", "always", "never"),
        help="A phone known by its address alone has a certificate of its maker, if any.",
    ),
    Setting(
        "push_http",
        Kind.CHOICE,
        "https",
        "push",
        "Web actions of phones",
        choices=("https", "http-digest", "http-plain"),
        help="Without TLS a phone is given its administrator password only as a digest, unless it may be readable.",
    ),
    Setting(
        "push_http_from",
        Kind.ADDRESSES,
        (),
        "push",
        "Web actions come from",
        help="The IP addresses of this server as phones see them, for makers whose phones take actions only from"
        " addresses that they were told. Empty: the one in the address that phones are told.",
    ),
    Setting(
        "asterisk_address",
        Kind.HOST,
        "",
        "engines",
        "Asterisk: manager interface",
        help="Host and port, 5038 unless another is given. The user needs read and write for system and reporting, and"
        " command for a check of the set-up.",
    ),
    Setting("asterisk_user", Kind.TEXT, "", "engines", "Asterisk: user", high=64),
    Setting("asterisk_secret", Kind.SECRET, None, "engines", "Asterisk: secret"),
    Setting("asterisk_tls", Kind.FLAG, False, "engines", "Asterisk: over TLS"),
    Setting(
        "freeswitch_address",
        Kind.HOST,
        "",
        "engines",
        "FreeSWITCH: event socket",
        help="Host and port, 8021 unless another is given.",
    ),
    Setting("freeswitch_password", Kind.SECRET, None, "engines", "FreeSWITCH: password"),
    Setting("freeswitch_profile", Kind.TEXT, "internal", "engines", "FreeSWITCH: profile of the phones", high=64),
    Setting(
        "kamailio_url",
        Kind.URL,
        "",
        "engines",
        "Kamailio: JSON-RPC address",
        help="Such as http://192.0.2.1:5060/RPC, served by its modules xhttp and jsonrpcs.",
    ),
    Setting("kamailio_user", Kind.TEXT, "", "engines", "Kamailio: user", high=64),
    Setting("kamailio_password", Kind.SECRET, None, "engines", "Kamailio: password"),
)


def comes_over_http(settings: Mapping[str, Effective]) -> bool:
    """Tell whether a phone may be told by its maker's web action."""
    wanted = settings["push_ways"].value
    ways = wanted if isinstance(wanted, tuple) else ()
    before_poll = ways[: ways.index(Way.POLL.value)] if Way.POLL.value in ways else ways
    return Way.HTTP.value in before_poll


def comes_from(settings: Mapping[str, Effective], url: str) -> tuple[str, ...]:
    """Give the addresses that this server's web actions come from: those set, else the one in ``url``, if any."""
    chosen = settings["push_http_from"].value
    if isinstance(chosen, tuple) and chosen:
        return chosen
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return ()
    return () if address.is_unspecified else (host,)
