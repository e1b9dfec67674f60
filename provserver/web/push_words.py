"""The words for how phones are told, and who is registered, marked for translation."""

from flask_babel import lazy_gettext as _

PUSH_CHOICES = {
    "direct": _("Its own address"),
    "registrar": _("Its registrar"),
    "asterisk": "Asterisk",
    "freeswitch": "FreeSWITCH",
    "kamailio": "Kamailio",
    "http": _("Its web action"),
    "poll": _("Its own poll"),
    "same": _("As the line"),
    "names": _("Checked where a host name is known"),
    "always": _("Always checked"),
    "never": _("Never checked"),
    "https": _("Over TLS"),
    "http-digest": _("Without TLS, password as a digest"),
    "http-plain": _("Without TLS, password readable"),
}
PRESENCES = {"online": _("Online"), "offline": _("Offline"), "unknown": _("Not known")}

PUSH_TITLES = {
    "push_ways": _("Ways to reach phones"),
    "push_proxy": _("Registrar or proxy for pushes"),
    "push_transport": _("Transport to the registrar"),
    "push_user": _("User name at the registrar"),
    "push_password": _("Password at the registrar"),
    "push_certificates": _("Certificates over TLS"),
    "push_http": _("Web actions of phones"),
    "push_http_from": _("Web actions come from"),
    "asterisk_address": _("Asterisk: manager interface"),
    "asterisk_user": _("Asterisk: user"),
    "asterisk_secret": _("Asterisk: secret"),
    "asterisk_tls": _("Asterisk: over TLS"),
    "freeswitch_address": _("FreeSWITCH: event socket"),
    "freeswitch_password": _("FreeSWITCH: password"),
    "freeswitch_profile": _("FreeSWITCH: profile of the phones"),
    "kamailio_url": _("Kamailio: JSON-RPC address"),
    "kamailio_user": _("Kamailio: user"),
    "kamailio_password": _("Kamailio: password"),
}
PUSH_HELP = {
    "push_ways": _(
        "Tried in this order until one reaches the phone. After its own poll nothing is tried: the phone is left"
        " to ask by itself."
    ),
    "push_proxy": _("Host, and port where it is not found by DNS. Empty: the line's outbound proxy, else its domain."),
    "push_user": _("Of this server, where the registrar asks who pushes. Empty where it trusts this server's address."),
    "push_certificates": _("A phone known by its address alone has a certificate of its maker, if any."),
    "push_http": _(
        "Without TLS a phone is given its administrator password only as a digest, unless it may be readable."
    ),
    "push_http_from": _(
        "The IP addresses of this server as phones see them, for makers whose phones take actions only from addresses"
        " that they were told. Empty: the one in the address that phones are told."
    ),
    "asterisk_address": _(
        "Host and port, 5038 unless another is given. The user needs read and write for system and reporting, and"
        " command for a check of the set-up."
    ),
    "freeswitch_address": _("Host and port, 8021 unless another is given."),
    "kamailio_url": _("Such as http://192.0.2.1:5060/RPC, served by its modules xhttp and jsonrpcs."),
}
