"""The words of the domain, marked for translation: the domain itself speaks only English."""

from flask_babel import lazy_gettext as _

from provserver.web import enrolment_words
from provserver.web.push_words import PRESENCES, PUSH_CHOICES

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
    **enrolment_words.VERDICTS,
    "served": _("Served"),
    "unchanged": _("Had it already (304)"),
    "stored": _("Stored what it sent"),
    "optional": _("Optional file, not needed"),
    "unknown-file": _("No such file"),
    "unknown-phone": _("Unknown phone"),
    "unknown-token": _("Wrong address"),
    "untrusted": _("Refused: not from a trusted network"),
    "second-address": _("Refused: the window belongs to another address"),
    "locked": _("Refused: the phone is locked"),
    "challenged": _("Asked for its password"),
    "wrong-password": _("Refused: a wrong password"),
    "mismatch": _("Refused: it says that it is another phone"),
    "refused": _("Refused"),
    "last-good": _("Served the last good version"),
    "broken": _("Could not be answered"),
}
WAYS = enrolment_words.WAYS
ALARMS = enrolment_words.ALARMS
ROLLOUT_STAGES = {
    "running": _("Running"),
    "paused": _("Paused"),
    "halted": _("Halted"),
    "done": _("Done"),
    "cancelled": _("Cancelled"),
    "now": _("At once"),
    "window": _("In the company's hours"),
    "idle": _("When the phone is in no call"),
    "word": _("When somebody says so"),
}
ROLLOUT_STEPS = {
    "marked": _("To be rendered"),
    "ahead": _("Goes ahead with another edit"),
    "ready": _("Waiting for its turn"),
    "told": _("Told, not fetched yet"),
    "applied": _("Applied"),
    "unchanged": _("Nothing to change"),
    "failed": _("Failed"),
    "asks": _("Asks by itself"),
    "quiet": _("Left out"),
    "left": _("Left out"),
    "moved": _("Told by another edit"),
}
ROLLOUT_POLICY = {
    "wide_from": _("A rollout from so many phones on"),
    "rate": _("Phones told a second"),
    "outstanding": _("Phones told and not fetched yet, at most"),
    "canary": _("Phones that go first"),
    "halt_percent": _("Halt when so many of a hundred fail; 0 is never"),
    "halt_count": _("Halt when so many fail; 0 is never"),
    "canary_phones": _("These phones go first"),
    "refresh": _("A change that restarts nothing is told"),
    "restart": _("A change that restarts phones is told"),
    "single_restart": _("A save for a single phone that restarts it is told"),
    "idle_unknown": _("If nobody knows whether it is in a call"),
    "idle_limit": _("Minutes in a call after which the wait is pointed out"),
    "window_from": _("The company's hours begin"),
    "window_to": _("They end"),
    "window_days": _("Days on which they begin"),
    "zone": _("Time zone of these hours"),
}
LEVELS = {"slowed": _("Slowed"), "banned": _("Banned")}
WAY_HELP = enrolment_words.WAY_HELP
ORIGINS = {
    "default": _("Default"),
    "tenant": _("Company"),
    "department": _("Department"),
    "model": _("Model"),
    "device": _("This phone"),
}
CHOICES = {
    "off": _("Off"),
    "splash": _("Single ring"),
    "tone": _("Dedicated tone"),
    "company": _("Company"),
    "department": _("Department"),
    "optional": _("Where possible"),
    "required": _("Always"),
    "users": _("At the phone, by its users"),
    "server": _("Here"),
    "starttls": "STARTTLS",
    "ldaps": "LDAPS",
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
    **PUSH_CHOICES,
}
ACTIONS = {
    "resync": _("Resync"),
    "reboot": _("Reboot"),
    "factory-reset": _("Factory reset"),
    "operator": _("Operator"),
    "admin": _("Administrator"),
    "reader": _("Reader"),
    "department-admin": _("Department administrator"),
    "user": _("User"),
}
SCOPES = {
    "use": _("see phones with their keys and call services"),
    "keys": _("set keys that are not locked, and call services"),
    "read": _("see everything else: lists, files with masked secrets, history, settings"),
    "edit": _("change phones, lines and what belongs to them"),
    "reveal": _("show secrets"),
    "people": _("look after people who sign in, and tokens"),
    "company": _("change what holds for the whole company"),
    "operate": _("look after companies, firmware and keys"),
}
FEATURES = {
    **enrolment_words.FEATURES,
    "popup": _("Call popup"),
    "splash": _("Ring splash"),
    "tone": _("Dedicated tone"),
    "resync": _("Resync"),
    "reboot": _("Reboot"),
    "factory-reset": _("Factory reset"),
    "phonebook": _("Phonebook"),
    "firmware": _("Firmware from this server"),
    "credentials": _("A password of its own for its files"),
    "dnd-switch": _("Do not disturb can be forbidden"),
    "do-not-disturb": _("Do not disturb"),
    "call-forwarding": _("Call forwarding"),
    "dial-plan": _("Dial plan"),
    "ldap": _("LDAP directory"),
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
RUNNING = {
    "free": _("No image chosen"),
    "unheard": _("Not heard from yet"),
    "same": _("Runs it"),
    "other": _("Runs another version"),
}
WORDS = {
    **PRESENCES,
    **LEVELS,
    **ALARMS,
    **WAYS,
    **CHOICES,
    **RUNNING,
    **ACTIONS,
    **ORIGINS,
    **KINDS,
    **VERDICTS,
    **STATES,
}
"""By the domain's word."""

WAYS_SEEN = {"http": _("asked for a file"), "pnp": _("plug and play"), "mdns": _("mDNS")}
DHCP_FLAVOURS = {
    "dnsmasq": "dnsmasq",
    "isc": "ISC dhcpd",
    "kea": "Kea",
    "mikrotik": "MikroTik RouterOS",
    "windows": "Windows Server",
}
DHCP_PLACES = {
    "dnsmasq": _("A file in /etc/dnsmasq.d, then restart dnsmasq."),
    "isc": _("In dhcpd.conf, outside of any subnet, then restart dhcpd."),
    "kea": _("Put the classes into Dhcp4 in kea-dhcp4.conf, then reload Kea."),
    "mikrotik": _("In a terminal of the router; put your network's address into the last line."),
    "windows": _("In PowerShell on the DHCP server, as an administrator; put your scope into the first line."),
}
