"""What settings are called, by their names, and what is said of them."""

from flask_babel import lazy_gettext as _

from provserver.web.push_words import PUSH_HELP, PUSH_TITLES

SECTIONS = {
    "calls": _("Call services"),
    "phone": _("Phone"),
    "directory": _("LDAP directory"),
    "security": _("Passwords"),
    "sip": _("Registration and speech"),
    "provisioning": _("Provisioning"),
    "network": _("Network"),
    "push": _("How phones are told"),
    "engines": _("Telephone exchanges"),
}

TITLES = {
    "monitor_popup": _("Show a call popup for monitored extensions"),
    "monitor_ring": _("“Ring Splash” on a monitored extension"),
    "call_waiting": _("Call waiting"),
    "voicemail_number": _("Voicemail number"),
    "pickup_code": _("Code to pick up a monitored extension"),
    "group_pickup_code": _("Code to pick up a call of the group"),
    "dnd_allowed": _("Users may turn on do not disturb"),
    "call_services": _("Do not disturb and forwarding are set"),
    "dnd": _("Do not disturb"),
    "forward_always": _("Forward every call to"),
    "forward_busy": _("Forward when busy to"),
    "forward_no_answer": _("Forward when nobody answers to"),
    "forward_delay": _("Nobody answers after"),
    "dial_plan": _("Dial plan"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "clock": _("Clock"),
    "ntp_server": _("Time server"),
    "ring_tone": _("Ring tone"),
    "phonebook": _("Phonebook of this server"),
    "phonebook_url": _("Phonebook address"),
    "ldap_server": _("LDAP server"),
    "ldap_security": _("Encryption of the directory"),
    "ldap_base": _("Where to search (base DN)"),
    "ldap_user": _("User of the directory"),
    "ldap_password": _("Password of the directory"),
    "ldap_name_filter": _("Search by name"),
    "ldap_number_filter": _("Search by number"),
    "ldap_name_attributes": _("Attributes of the name"),
    "ldap_number_attributes": _("Attributes of the numbers"),
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
    **PUSH_TITLES,
}

_HERE = _("Takes effect only where do not disturb and forwarding are set here.")
HELP = {
    "monitor_popup": _("The phone shows who is calling a monitored extension, and offers to pick the call up."),
    "monitor_ring": _("Off, a single ring, or a dedicated tone. Takes effect only while the call popup is on."),
    "pickup_code": _("Dialled before the extension."),
    "call_services": _(
        "At the phone: its users decide, and nothing of it is written. Here: what stands below is written, empty "
        "forwards too, and what a user sets at the phone lasts until its next configuration."
    ),
    "dnd": _HERE,
    "forward_always": _HERE,
    "forward_busy": _HERE,
    "forward_no_answer": _HERE,
    "forward_delay": _("Phones that count rings take the nearest number of rings."),
    "dial_plan": _(
        "When a number is complete, in the maker's own language; so it is set for a model or a phone alone. Empty: "
        "everything can be dialled."
    ),
    "ldap_server": _("With a port where it is not 389, or 636 for LDAPS. Empty: no directory."),
    "ldap_security": _("A phone that lacks it gets no directory."),
    "ldap_base": _("Such as dc=example,dc=com."),
    "ldap_user": _("Empty: the phones ask without a name."),
    "ldap_name_filter": _("An LDAP filter; the percent sign stands for what is typed."),
    "ldap_number_filter": _("An LDAP filter; the percent sign stands for the number."),
    "ldap_name_attributes": _("Words with blanks between them; the first is shown."),
    "ldap_number_attributes": _("Words with blanks between them."),
    "phonebook": _(
        "People and short codes of the company, or of the phone's department. A phonebook address wins over it."
    ),
    "admin_password": _("Generated for each phone unless one is set here."),
    "user_password": _("Generated for each phone unless one is set here."),
    "trust_authority": _("The phone is given the authority of this server, so that it accepts its certificate."),
    "firmware": _("Each phone takes the image that belongs to its model. A change restarts the phone."),
    "vlan": _("0 leaves the phone untagged. A change restarts the phone."),
    "lldp": _("A change restarts the phone."),
    **PUSH_HELP,
}
UNITS = {"seconds": _("seconds"), "hours": _("hours")}
