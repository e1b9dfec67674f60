"""Which phones can be given this server's certificate authority through their configuration."""

from provserver.domain.hardware import PhoneModel
from provserver.vendors.registry import vendors

LACK = "authority"
UNKNOWN = "no source tells how phones of this maker are given an authority; install it on the phone by hand"


def lacks(model: PhoneModel) -> str:
    """Say why a model cannot be given an authority; nothing where it can."""
    if not vendors()[model.vendor].rules.takes_authority:
        return UNKNOWN
    return model.lacks.get(LACK, "")
