"""The settings that say how this server reaches a phone; no maker reads them."""

from enum import StrEnum

from provserver.domain.settings import Kind, Setting


class Way(StrEnum):
    """A way to tell a phone that it should fetch."""

    DIRECT = "direct"
    REGISTRAR = "registrar"
    ASTERISK = "asterisk"
    FREESWITCH = "freeswitch"
    KAMAILIO = "kamailio"
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
        help="Tried in this order until one reaches the phone: direct (its own address), registrar, asterisk,"
        " freeswitch, kamailio, poll. After poll nothing is tried: the phone is left to ask by itself.",
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
