"""Which family a phone is of, and names that people typed, as these formats can carry them."""

from provserver.domain.hardware import PhoneModel

HDV, UT, TGP, UTG = "HDV", "UT", "TGP", "UTG"


def family(model: PhoneModel) -> str:
    """Give the family of a model: they share names of parameters, and differ in a few."""
    return str(model.facts["family"])


def legible(text: str) -> str:
    """Give a text for the display; double quotes, which no value can hold, become single ones.

    Doors refuse them where they are typed; a name that came another way must not keep the phone from its file.
    """
    return text.replace('"', "'") if '"' in text else text


def yes(flag: bool) -> str:
    """Write a flag as these phones do."""
    return "Y" if flag else "N"
