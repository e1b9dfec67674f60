"""Which generation of the maker's software a phone runs: SIP 2 and 3, or UC Software 4 and later."""

from provserver.domain.phone import Phone

_UC_SOFTWARE = 4


def is_uc_software(phone: Phone) -> bool:
    """Tell whether the phone runs UC Software 4 or later, by what it said or else by what its model takes."""
    major = (phone.firmware or phone.model.firmware).partition(".")[0]
    return not major.isdigit() or int(major) >= _UC_SOFTWARE


def is_pvos(phone: Phone) -> bool:
    """Tell whether the model is of the generation of Edge, CCX and Trio (PVOS, and UC Software 7 before it).

    Its parameters are those of UC Software, and a few more: it asks for the consent to its licence on the first
    start, may have been sold for Microsoft Teams, and turns pages of line keys.
    """
    return bool(phone.model.facts.get("pvos"))
