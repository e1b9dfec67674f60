"""Names and labels that people typed, as this format can carry them."""


def legible(text: str) -> str:
    """Give a text for the display; double quotes, which no value can hold, become single ones.

    Doors refuse them where they are typed; a name that came another way must not keep the phone from its file.
    """
    return text.replace('"', "'") if '"' in text else text
