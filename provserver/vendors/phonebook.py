"""The makers' directory XML from one table: who reads which form, how much of it at once, and how it searches.

A maker stands here only where its form is sourced (sheets of the makers, section on phonebooks); without one its phones
take the address of another server's phonebook, and none of ours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from provserver.domain.hardware import PhoneModel
from provserver.vendors.formats.directory_xml import CONTENT_TYPE, branch, cannot_carry, element, write

__all__ = ["CONTENT_TYPE", "Contact", "Form", "Page", "carries", "form_of"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in a phonebook: the first number is the one to dial where a form has room for only one."""

    name: str
    numbers: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: a part of the phonebook at ``address``, after a search for ``wanted`` where that is not empty.

    ``number`` counts from 1; ``asks`` means that the phone wants a field to type a search into.
    """

    contacts: Sequence[Contact]
    address: str
    wanted: str = ""
    number: int = 1
    is_last: bool = True
    asks: bool = False
    language: str = "en"

    def beside(self, step: int) -> str:
        """Give the address of the page before (-1) or after (1) this one."""
        query = {"page": str(self.number + step)} | ({"q": self.wanted} if self.wanted else {})
        return f"{self.address}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Form:
    """A maker's form: ``size`` contacts in one document (0: all), and what its address ends with."""

    write: Callable[[Page], bytes]
    size: int = 0
    query: str = ""


def form_of(model: PhoneModel) -> Form | None:
    """Give the form that a model reads; None where no source tells one."""
    fact, value = _OTHER_FAMILIES.get(model.vendor, ("", None))
    if fact and model.facts.get(fact) == value:
        return None
    return FORMS.get(model.vendor)


def carries(contact: Contact) -> bool:
    """Tell whether XML can carry a contact."""
    return not any(cannot_carry(text) for text in (contact.name, contact.group, *contact.numbers))


_WORDS = {
    "en": ("Phonebook", "Search", "Next", "Dial", "Nobody found"),
    "it": ("Rubrica", "Cerca", "Avanti", "Chiama", "Nessun risultato"),
    "ro": ("Agendă", "Caută", "Înainte", "Apelează", "Niciun rezultat"),
    "de": ("Telefonbuch", "Suchen", "Weiter", "Wählen", "Niemand gefunden"),
    "fr": ("Annuaire", "Chercher", "Suivant", "Appeler", "Aucun résultat"),
    "es": ("Agenda", "Buscar", "Siguiente", "Llamar", "Sin resultados"),
}
"""What a phone shows around the names, in the phone's language: title, search, next page, dial, nothing found."""


def _entries(contacts: Iterable[Contact], *, several: bool = False) -> list[str]:
    """Write the entries that all but two makers share; ``several`` numbers where the maker's form has them."""
    return [
        branch(
            "DirectoryEntry",
            (
                element("Name", one.name),
                *(element("Telephone", number) for number in one.numbers[: None if several else 1]),
            ),
        )
        for one in contacts
    ]


def _directory(root: str, page: Page, *, titled: bool = False, several: bool = False) -> bytes:
    title = [element("Title", _WORDS[page.language][0])] if titled else []
    return write(root, [*title, *_entries(page.contacts, several=several)])


def _browser(maker: str, soft_keys: Callable[[Page], list[str]], page: Page) -> bytes:
    """Write for a phone that browses page by page, and asks what to search for with a form of its own."""
    title, search, _, _, nobody = _WORDS[page.language]
    head = [element("Title", title), element("Prompt", title)]
    if page.asks:
        names = {"DisplayName": search, "QueryStringParam": "q", "DefaultValue": "", "InputFlags": "A"}
        item = branch("InputItem", (element(name, text) for name, text in names.items()))
        return write(f"{maker}IPPhoneInput", [*head, element("URL", page.address), item])
    if not page.contacts:
        return write(f"{maker}IPPhoneText", [*head, element("Text", nobody)])
    paged = page.number > 1 or not page.is_last
    return write(f"{maker}IPPhoneDirectory", [*head, *_entries(page.contacts), *(soft_keys(page) if paged else ())])


def _snom_keys(page: Page) -> list[str]:
    _, search, following, _, _ = _WORDS[page.language]
    keys = [(search, f"{page.address}?ask=1")] + ([] if page.is_last else [(following, page.beside(1))])
    return [
        branch("SoftKeyItem", (element("Name", f"F{place}"), element("Label", title), element("URL", address)))
        for place, (title, address) in enumerate(keys, start=1)
    ]


def _cisco_keys(page: Page) -> list[str]:
    """Write the soft keys; they take the place of the phone's own, so the one that dials is among them."""
    _, search, following, dial, _ = _WORDS[page.language]
    keys = [(dial, "SoftKey:Dial"), (search, f"{page.address}?ask=1")]
    keys += [] if page.is_last else [(following, page.beside(1))]
    return [
        branch("SoftKeyItem", (element("Name", title), element("Position", str(place)), element("URL", address)))
        for place, (title, address) in enumerate(keys, start=1)
    ]


def _mitel(page: Page) -> bytes:
    links = {"previous": page.beside(-1)} if page.number > 1 else {}
    links |= {} if page.is_last else {"next": page.beside(1)}
    rows = [branch("MenuItem", (element("Prompt", one.name), element("URI", one.numbers[0]))) for one in page.contacts]
    return write("AastraIPPhoneDirectory", [element("Title", _WORDS[page.language][0]), *rows], links)


def _thomson(page: Page) -> bytes:
    """Write entries whose number says what to do with it."""
    rows = [
        branch("DirectoryEntry", (element("Name", one.name), element("Telephone", f"Dial:{one.numbers[0]}")))
        for one in page.contacts
    ]
    return write("ThomsonPhoneBook", rows)


def _avaya(page: Page) -> bytes:
    """Write entries with all their numbers; the phone wants two parts of a name, and gets the whole as the first."""
    rows: list[str] = []
    for one in page.contacts:
        phones = [branch("Phone", (element("Number", n), element("Type", "Work"))) for n in one.numbers]
        names = [element("LastName", ""), element("FirstName", one.name)]
        rows.append(branch("DirectoryEntry", (*names, branch("PhoneNumbers", phones))))
    return write("IPPhoneDirectory", rows)


def _grandstream(page: Page) -> bytes:
    """Write groups, then contacts; the first account calls them all, which is what the phone does unasked."""
    groups = {name: str(number) for number, name in enumerate(sorted({c.group for c in page.contacts} - {""}), 1)}
    rows = [branch("pbgroup", (element("id", number), element("name", name))) for name, number in groups.items()]
    for place, one in enumerate(page.contacts, start=1):
        phones = [branch("Phone", (element("phonenumber", n),), {"type": "Work"}) for n in one.numbers]
        group = [element("Group", groups[one.group])] if one.group else []
        names = [element("id", str(place)), element("FirstName", one.name), element("LastName", "")]
        rows.append(branch("Contact", [*names, *phones, *group]))
    return write("AddressBook", rows)


_SNOM = Form(partial(_browser, "Snom", _snom_keys), size=100)
FORMS: Mapping[str, Form] = {
    # Sheet yealink, section 8: several Telephone in an entry (FP), the token that the phone fills in (WZ).
    "yealink": Form(partial(_directory, "YealinkIPPhoneDirectory", several=True), query="?q=#SEARCH"),
    # Sheet snom, section 8 (GS5); the P phones of Gigaset are Snom's. The size is ours: its browser's is not told.
    "snom": _SNOM,
    "gigaset": _SNOM,
    # Sheet grandstream, section 8 (FP).
    "grandstream": Form(_grandstream),
    # Sheet fanvil, section 8 (FP).
    "fanvil": Form(partial(_directory, "FanvilIPPhoneDirectory", titled=True)),
    # Sheet htek_akuvox_flyingvoice, part A (FP).
    "htek": Form(partial(_directory, "PhoneDirectory")),
    # Cisco Unified IP Phone Services Application Development Notes, OL-20949-01, pages 3-4 to 3-7: at most 32 entries.
    "cisco": Form(partial(_browser, "Cisco", _cisco_keys), size=32),
    # Sheet mitel, section 8 (XS): at most 30 entries, next and previous as attributes (the maker's PHP classes).
    "mitel": Form(_mitel, size=30),
    # FusionPBX, provision/avaya/J179/directory.xml.
    "avaya": Form(_avaya),
    # Wazo, wazo_phoned/plugins/thomson (the form) and wazo_technicolor (the token that the phone fills in).
    "thomson": Form(_thomson, query="?q=#SEARCH"),
}
"""By maker. Poly, Panasonic, Sangoma, Akuvox and the others: no form is sourced."""

_OTHER_FAMILIES: Mapping[str, tuple[str, object]] = {"snom": ("dect", True), "gigaset": ("family", "dect")}
"""Families of a maker, by a fact of their models, that do not read its form: DECT bases, whose own is not confirmed."""
