"""Names that people typed, as a phone with Western European letters can show them."""

import unicodedata


def legible(text: str) -> str:
    """Give a text in ISO 8859-1: what has no such letter loses its accent, and where that does not help its place."""
    if text.isascii():
        return text
    return "".join(one if one <= "\xff" else _plain(one) for one in text)


def _plain(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", letter) if one.isascii()) or "?"
