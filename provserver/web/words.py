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
    "second-address": _("Refused: the window belongs to another address"),
    "locked": _("Refused: the phone is locked"),
    "mismatch": _("Refused: it says that it is another phone"),
    "refused": _("Refused"),
    "last-good": _("Served the last good version"),
    "broken": _("Could not be answered"),
}
WAYS = {
    "trusted-network": _("From a trusted network"),
    "window": _("While a window is open"),
    "certificate": _("With its maker's certificate"),
    "approval": _("After somebody approved what knocked"),
}
ALARMS = {
    "two-addresses": _("In two places at once"),
    "other-phone": _("Another phone uses its address"),
    "window-twice": _("Its window was used twice"),
}
LEVELS = {"slowed": _("Slowed"), "banned": _("Banned")}
WAY_HELP = {
    "trusted-network": _("Networks that the operator trusts; phones there are believed by their MAC address alone."),
    "window": _("Somebody opens it for a phone and a time; it belongs to the first address that uses it."),
    "certificate": _("The phone proves its MAC address with the certificate that it was made with."),
    "approval": _("A window for exactly the phone and the address that knocked."),
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
}
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
    "firmware": _("Firmware from this server"),
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
    "authority trusted": _("Maker's authority trusted"),
    "authority removed": _("Maker's authority removed"),
    "certificate renewed": _("Certificate of this server renewed"),
    "window opened": _("Enrolment window opened"),
    "window closed": _("Enrolment window closed"),
    "enrolment policy": _("Enrolment policy changed"),
    "address replaced": _("Provisioning address replaced"),
    "old address ended": _("Old provisioning address ended"),
    "old addresses revoked": _("Old provisioning addresses revoked"),
    "locked": _("Phone locked"),
    "unlocked": _("Phone unlocked"),
    "source let off": _("Source of guesses let off"),
    "alarm acknowledged": _("Alarm acknowledged"),
    "password revealed": _("SIP password shown"),
    "knock forgotten": _("Knock taken off the list"),
    "firmware added": _("Firmware image added"),
    "firmware removed": _("Firmware image removed"),
}
RUNNING = {
    "free": _("No image chosen"),
    "unheard": _("Not heard from yet"),
    "same": _("Runs it"),
    "other": _("Runs another version"),
}
WORDS = {**LEVELS, **ALARMS, **WAYS, **CHOICES, **RUNNING, **ACTIONS, **ORIGINS, **KINDS, **VERDICTS, **STATES}
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
    "trust_authority": _("Phones trust this server's certificate authority"),
    "firmware": _("Firmware image"),
    "vlan": _("VLAN of the phone"),
    "lldp": _("Learn the VLAN from the switch (LLDP)"),
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
    "trust_authority": _("The phone is given the authority of this server, so that it accepts its certificate."),
    "firmware": _("Each phone takes the image that belongs to its model. A change restarts the phone."),
    "vlan": _("0 leaves the phone untagged. A change restarts the phone."),
    "lldp": _("A change restarts the phone."),
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
    "until": _("Until"),
    "address": _("Address"),
    "ways": _("First contacts that count"),
    "firmware_channel": _("Firmware image"),
    "models": _("Models"),
    "version": _("Version"),
    "size": _("Size"),
    "sha256": "SHA-256",
}
"""What stands in the history beside settings and keys."""

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
