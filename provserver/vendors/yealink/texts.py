"""Names and labels that people typed, as this format can carry them."""

_FACTORY_VALUE = "%NULL%"


def legible(text: str) -> str:
    """Give a text for the display; one that holds ``%NULL%``, the word for *factory value*, loses its percent signs.

    Doors refuse it where it is typed; a name that came another way must not keep the phone from its file.
    """
    if "%" in text and _FACTORY_VALUE in text.upper():
        return text.replace("%", "")
    return text
