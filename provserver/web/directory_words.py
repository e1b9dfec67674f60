"""The words for groups, departments, short codes, and phones and lines that change hands."""

from flask_babel import lazy_gettext as _

CHANGES = {
    "department": _("Department changed"),
    "department removed": _("Department removed"),
    "hunt group added": _("Hunt group added"),
    "hunt group": _("Hunt group changed"),
    "hunt group removed": _("Hunt group removed"),
    "pickup group added": _("Call pickup group added"),
    "pickup group": _("Call pickup group changed"),
    "pickup group removed": _("Call pickup group removed"),
    "short code added": _("Short code added"),
    "short code": _("Short code changed"),
    "short codes moved": _("Short codes moved"),
    "short codes removed": _("Short codes deleted"),
    "line given on": _("Line reconfigured for a new user"),
    "device replaced": _("Phone replaced"),
}
"""What the history says was done."""
FIELDS = {
    "operator_number": _("Operator's number"),
    "number": _("Number"),
    "members": _("Members"),
    "code": _("Short code"),
    "codes": _("Short codes"),
    "first": _("First short code"),
    "last": _("Last short code"),
    "lost": _("Did not move over"),
    "phones": _("Phones"),
    "people": _("Administrators and users"),
}
"""What stands in the history."""
PARTS = {
    "line": _("Line"),
    "key": _("Key"),
    "label": _("Label shortened"),
    "setting": _("Setting"),
    "parameter": _("Parameter"),
}
"""What may not move over to another phone."""
