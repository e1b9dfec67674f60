"""The words and sentences of first contacts, marked for translation."""

from flask_babel import lazy_gettext as _

from provserver.web.marking import N_

WAYS = {
    "trusted-network": _("From a trusted network"),
    "window": _("While a window is open"),
    "certificate": _("With its maker's certificate"),
    "approval": _("After somebody approved what knocked"),
    "pin": _("With a PIN that is typed on the phone"),
    "serial": _("With its serial number"),
}
WAY_HELP = {
    "trusted-network": _("Networks that the operator trusts; phones there are believed by their MAC address alone."),
    "window": _("Somebody opens it for a phone and a time; it belongs to the first address that uses it."),
    "certificate": _("The phone proves its MAC address with the certificate that it was made with."),
    "approval": _("A window for exactly the phone and the address that knocked."),
    "pin": _(
        "For phones that ask for a name and a password at their first start; each PIN is good once for each phone."
    ),
    "serial": _(
        "For phones that say it, and whose serial number is written down here. It stands on the box: weaker than a PIN."
    ),
}
VERDICTS = {
    "wrong-serial": _("Refused: another serial number"),
    "wrong-pin": _("Refused: a wrong PIN"),
}
ALARMS = {
    "two-addresses": _("In two places at once"),
    "other-phone": _("Another phone uses its address"),
    "window-twice": _("Its window was used twice"),
    "guessed": _("Somebody guesses its PIN or serial number"),
}
FEATURES = {
    "serial": _("Let in by its serial number"),
    "pin": _("Let in by a PIN"),
}
CHANGES = {
    "serial number": _("Serial number written down"),
    "serial ended": _("Serial number counts no more"),
    "device refused": _("Phone could not be added"),
    "PIN given": _("PIN given"),
    "PIN taken away": _("PIN taken away"),
    "pin ended": _("PIN ended"),
}
SENTENCES = (
    N_("4 to 32 letters and digits, as it stands on the phone"),
    N_("6 to 32 letters and digits"),
    N_("a PIN is for whoever types it"),
    N_("these phones show what is printed on them, such as the MAC-ID: enter it, for one phone"),
    N_("the company's policy counts no PINs"),
    N_("change the policy first"),
    N_("there is no such phone that asks for a PIN"),
    N_("no source tells that this phone says its serial number when it asks for its files"),
    N_("no source tells that this phone asks for a name and a password at its first start"),
    N_("{count} wrong ones, the last from {address}"),
    N_("it counts no more until it is given anew"),
    N_("too many wrong ones"),
    N_("it was taken away"),
    N_("it was used"),
    N_("this phone cannot be added here"),
    N_("ask whoever runs this server"),
    N_("too many phones could not be added here"),
    N_("nothing is added for an hour"),
    N_("{company} has the phone {mac}"),
    N_("this name is taken"),
    N_("choose another"),
)
