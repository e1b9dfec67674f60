"""The words of the domain, marked for translation: the domain itself speaks only English."""

from flask_babel import lazy_gettext as _

KINDS = {
    "none": _("Empty"),
    "line": _("Line"),
    "speed-dial": _("Speed dial"),
    "blf": _("Monitored extension"),
    "pickup": _("Call pickup"),
    "park": _("Call parking"),
    "intercom": _("Intercom"),
    "dtmf": _("Tones (DTMF)"),
    "url": _("Web address"),
    "voicemail": _("Voicemail"),
    "forward": _("Call forwarding"),
    "dnd": _("Do not disturb"),
}
TARGETS = {
    "speed-dial": _("Number"),
    "blf": _("Extension"),
    "pickup": _("Pickup code"),
    "park": _("Parking place"),
    "intercom": _("Extension"),
    "dtmf": _("Tones"),
    "url": _("Address"),
    "voicemail": _("Number"),
    "forward": _("Number"),
}
STATES = {
    "new": _("New"),
    "current": _("Up to date"),
    "pending": _("Pending"),
    "sending": _("Sending"),
    "waiting": _("Waiting"),
    "applied": _("Applied"),
    "failed": _("Failed"),
}
VERDICTS = {
    "served": _("Served"),
    "unchanged": _("Had it already (304)"),
    "stored": _("Stored what it sent"),
    "optional": _("Optional file, not needed"),
    "unknown-file": _("No such file"),
    "unknown-phone": _("Unknown phone"),
    "unknown-token": _("Wrong address"),
    "untrusted": _("Refused: not from a trusted network"),
    "refused": _("Refused"),
    "last-good": _("Served the last good version"),
    "broken": _("Could not be answered"),
}
ORIGINS = {
    "default": _("Default"),
    "tenant": _("Company"),
    "department": _("Department"),
    "model": _("Model"),
    "device": _("This phone"),
}
SECTIONS = {
    "calls": _("Call services"),
    "phone": _("Phone"),
    "security": _("Passwords"),
    "sip": _("Registration and speech"),
    "provisioning": _("Provisioning"),
    "network": _("Network"),
    "push": _("How phones are told"),
    "engines": _("Telephone exchanges"),
}
CHOICES = {
    "off": _("Off"),
    "splash": _("Single ring"),
    "tone": _("Dedicated tone"),
    "company": _("Company"),
    "department": _("Department"),
    "optional": _("Where possible"),
    "required": _("Always"),
    "12": _("12 hours"),
    "24": _("24 hours"),
    "en": "English",
    "it": "Italiano",
    "ro": "Română",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "rfc2833": "RFC 2833",
    "info": "SIP INFO",
    "inband": _("As sound"),
    "udp": "UDP",
    "tcp": "TCP",
    "tls": "TLS",
    "opus": "Opus",
    "g722": "G.722",
    "pcma": "G.711 A-law",
    "pcmu": "G.711 µ-law",
    "g729": "G.729",
    "direct": _("Its own address"),
    "registrar": _("Its registrar"),
    "asterisk": "Asterisk",
    "freeswitch": "FreeSWITCH",
    "kamailio": "Kamailio",
    "poll": _("Its own poll"),
    "same": _("As the line"),
    "names": _("Checked where a host name is known"),
    "always": _("Always checked"),
    "never": _("Never checked"),
}
PRESENCES = {"online": _("Online"), "offline": _("Offline"), "unknown": _("Not known")}
ACTIONS = {
    "resync": _("Resync"),
    "reboot": _("Reboot"),
    "factory-reset": _("Factory reset"),
    "operator": _("Operator"),
    "admin": _("Administrator"),
    "reader": _("Reader"),
}
FEATURES = {
    "popup": _("Call popup"),
    "splash": _("Ring splash"),
    "tone": _("Dedicated tone"),
    "resync": _("Resync"),
    "reboot": _("Reboot"),
    "factory-reset": _("Factory reset"),
    "phonebook": _("Phonebook"),
}
"""What only some models can do."""
EVIDENCE = {
    "hardware": _("Watched on a phone"),
    "manual": _("Read in the maker's document"),
    "peer": _("Another program says so"),
    "inferred": _("Derived"),
}
FACTS = {
    "accounts": _("lines"),
    "format": _("form of its file"),
    "keys": _("keys"),
    "numbers": _("numbers of its keys"),
    "pages": _("pages"),
    "popup": _("call popup"),
    "screen": _("display"),
    "sidecar": _("expansion module"),
    "split": _("where keys stand"),
}
"""What a model's evidence is about."""
CHANGES = {
    "device added": _("Phone added"),
    "device removed": _("Phone removed"),
    "device": _("Phone changed"),
    "keys": _("Keys changed"),
    "settings": _("Settings changed"),
    "file revealed": _("File shown with its secrets"),
    "data key replaced": _("Data key replaced"),
    "directory filled": _("Directory filled"),
    "passwords exported": _("Passwords exported"),
    "action resync": _("Resync asked for"),
    "action reboot": _("Reboot asked for"),
    "action factory-reset": _("Factory reset asked for"),
    "address revealed": _("Provisioning address shown"),
    "line added": _("Line added"),
    "line": _("Line changed"),
    "line removed": _("Line removed"),
    "department added": _("Department added"),
}
WORDS = {**CHOICES, **ACTIONS, **ORIGINS, **KINDS, **VERDICTS, **STATES, **PRESENCES}
"""By the domain's word."""

SETTINGS = {
    "monitor_popup": _("Show a call popup for monitored extensions"),
    "monitor_ring": _("“Ring Splash” on a monitored extension"),
    "call_waiting": _("Call waiting"),
    "voicemail_number": _("Voicemail number"),
    "pickup_code": _("Code to pick up a monitored extension"),
    "group_pickup_code": _("Code to pick up a call of the group"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "clock": _("Clock"),
    "ntp_server": _("Time server"),
    "ring_tone": _("Ring tone"),
    "phonebook": _("Phonebook of this server"),
    "phonebook_url": _("Phonebook address"),
    "admin_password": _("Administrator password of the phone"),
    "user_password": _("User password of the phone"),
    "sip_domain": _("SIP domain or registrar"),
    "transport": _("Transport"),
    "outbound_proxy": _("Outbound proxy"),
    "register_expires": _("Registration renewed every"),
    "srtp": _("Encrypted speech"),
    "codecs": _("Codecs"),
    "dtmf": _("Tones while in a call"),
    "poll": _("Ask for changes every night"),
    "poll_hour": _("Hour of the nightly check"),
    "vlan": _("VLAN of the phone"),
    "lldp": _("Learn the VLAN from the switch (LLDP)"),
    "push_ways": _("Ways to reach phones"),
    "push_proxy": _("Registrar or proxy for pushes"),
    "push_transport": _("Transport to the registrar"),
    "push_user": _("User name at the registrar"),
    "push_password": _("Password at the registrar"),
    "push_certificates": _("Certificates over TLS"),
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
HELP = {
    "monitor_popup": _("The phone shows who is calling a monitored extension, and offers to pick the call up."),
    "monitor_ring": _("Off, a single ring, or a dedicated tone. Takes effect only while the call popup is on."),
    "pickup_code": _("Dialled before the extension."),
    "phonebook": _(
        "People and short codes of the company, or of the phone's department. A phonebook address wins over it."
    ),
    "admin_password": _("Generated for each phone unless one is set here."),
    "user_password": _("Generated for each phone unless one is set here."),
    "vlan": _("0 leaves the phone untagged. A change restarts the phone."),
    "lldp": _("A change restarts the phone."),
    "push_ways": _(
        "Tried in this order until one reaches the phone: direct (its own address), registrar, asterisk,"
        " freeswitch, kamailio, poll. After poll nothing is tried: the phone is left to ask by itself."
    ),
    "push_proxy": _("Host, and port where it is not found by DNS. Empty: the line's outbound proxy, else its domain."),
    "push_user": _("Of this server, where the registrar asks who pushes. Empty where it trusts this server's address."),
    "push_certificates": _("A phone known by its address alone has a certificate of its maker, if any."),
    "asterisk_address": _(
        "Host and port, 5038 unless another is given. The user needs read and write for system and reporting, and"
        " command for a check of the set-up."
    ),
    "freeswitch_address": _("Host and port, 8021 unless another is given."),
    "kamailio_url": _("Such as http://192.0.2.1:5060/RPC, served by its modules xhttp and jsonrpcs."),
}
UNITS = {"seconds": _("seconds"), "hours": _("hours")}
FIELDS = {
    "mac": _("MAC address"),
    "vendor": _("Maker"),
    "model": _("Model"),
    "lines": _("Lines"),
    "description": _("Description"),
    "sip_address": _("SIP address for pushes"),
    "name": _("Name"),
    "display_name": _("Name shown in internal calls"),
    "department": _("Department"),
    "password": _("Password"),
    "extension": _("Extension"),
    "username": _("User name"),
    "domain": _("SIP domain or registrar"),
    "parent": _("Lies in"),
    "stun": "STUN",
}
"""What stands in the history beside settings and keys."""
