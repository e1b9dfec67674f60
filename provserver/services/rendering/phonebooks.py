"""The company's phonebook as phones read it: its people and short codes, in the maker's own form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from sqlalchemy import select
from sqlalchemy.orm import Session

from provserver.crypto import fingerprint
from provserver.db.models import Department, Device, Line, ShortCode
from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.phone import Phone
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.domain.settings import Effective
from provserver.services.house import House
from provserver.services.rendering.profiles import Profiles
from provserver.vendors.phonebook import CONTENT_TYPE, Contact, Form, Page, carries, form_of
from provserver.vendors.registry import model_of

FILE = "phonebook.xml"
"""The name under a phone's own address; some makers add it themselves."""
LIMIT = 1000
"""Contacts that a phone is given; more are found by searching."""
READ = 20_000
"""Rows of a kind that are read of a company."""
UNCONFIRMED = "the form of this model's phonebook is not confirmed; give the address of another server's"
_SEARCH_LIMIT = 64
_TOKEN = "#SEARCH"  # noqa: S105  what a phone sends that does not fill it in


def lacks(model: PhoneModel) -> str:
    """Say why a model cannot read this server's phonebook; nothing where it can."""
    if Feature.PHONEBOOK not in model.supports:
        return model.lacks.get(Feature.PHONEBOOK, "this model reads no phonebook")
    return "" if form_of(model) else UNCONFIRMED


def addressed(phone: Phone) -> Phone:
    """Give the phone with this server's phonebook as its address, where it is to have that one and no other is set.

    The address holds the phone's token: only what is rendered goes through here, never what people are shown.
    """
    wanted, form = phone.settings["phonebook"], form_of(phone.model)
    if wanted.value == "off" or phone.text("phonebook_url") or form is None or lacks(phone.model):
        return phone
    address = Effective(f"{phone.provisioning_url}{FILE}{form.query}", wanted.origin, wanted.place)
    return replace(phone, settings={**phone.settings, "phonebook_url": address})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a phone's query asks for."""

    words: str = ""
    page: int = 1
    asks: bool = False


def read_query(query: str) -> Asked:
    """Read a query; what makes no sense is as if it were not there."""
    try:
        given = parse_qs(query, max_num_fields=16, errors="replace")
    except ValueError:
        return Asked()
    text = next((given[name][0] for name in ("q", "search") if name in given), "")
    number = given.get("page", ["1"])[0]
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    words = " ".join(text[:_SEARCH_LIMIT].split())
    return Asked("" if words == _TOKEN else words, max(page, 1), "ask" in given)


def answer(house: House, device_id: int, address: str, query: str) -> tuple[str, bytes] | None:
    """Write the phonebook that a phone is to have, as content type and bytes; None where it is to have none."""
    with house.database.reading() as session:
        device = session.get(Device, device_id)
        if device is None:
            return None
        model = model_of(device.vendor, device.model)
        form = form_of(model)
        profiles = Profiles(session, device.tenant_id, house.config.base_url)
        settings = profiles.settings_of(device)
        if form is None or lacks(model) or settings["phonebook"].value == "off":
            return None
        only = profiles.department_of(device) if settings["phonebook"].value == "department" else _EVERY
        contacts = _contacts(session, device.tenant_id, only)
    page = _page(form, contacts, read_query(query))
    language = str(settings["language"].value)
    return CONTENT_TYPE, form.write(replace(page, address=address, language=language))


def reply(house: House, request: PhoneRequest, device_id: int) -> Reply | None:
    """Answer with the company's phonebook, as the phone that has this token is to see it; None where it has none."""
    address = f"{house.config.base_url}/p/{request.token}/{FILE}"
    found = answer(house, device_id, address, request.query)
    if found is None:
        return None
    content_type, body = found
    quoted = f'"{fingerprint(body)}"'
    if quoted in request.if_none_match or request.if_none_match.strip() == "*":
        return Reply(304, Verdict.UNCHANGED, content_type=content_type, etag=quoted)
    return Reply(200, Verdict.SERVED, body, content_type, quoted)


_EVERY = -1
"""In place of a department: the whole company."""
_Departments = Mapping[int | None, Department]


def _page(form: Form, contacts: Sequence[Contact], asked: Asked) -> Page:
    """Cut out what is asked for: all words of a search must stand in a name or number."""
    words = asked.words.casefold().split()
    found = [one for one in contacts if all(word in _text(one) for word in words)][:LIMIT]
    if not form.size:
        return Page(found, "", asked.words)
    start = (asked.page - 1) * form.size
    shown = found[start : start + form.size]
    return Page(shown, "", asked.words, asked.page, start + form.size >= len(found), asked.asks)


def _text(contact: Contact) -> str:
    return " ".join((contact.name, *contact.numbers)).casefold()


def _contacts(session: Session, tenant_id: int, only: int | None) -> list[Contact]:
    """List everybody by name; with a department its own people and codes, and the codes of what it lies in."""
    rows = session.scalars(select(Department).where(Department.tenant_id == tenant_id).limit(READ))
    departments: _Departments = {row.id: row for row in rows}
    inside, above = _inside(departments, only), _above(departments, only)
    lines = select(Line.extension, Line.display_name, Line.name, Line.department_id).order_by(Line.id).limit(READ)
    codes = select(ShortCode.code, ShortCode.number, ShortCode.name, ShortCode.department_id).order_by(ShortCode.id)
    found = [
        Contact(shown or name, (extension,), _name(departments, department))
        for extension, shown, name, department in session.execute(lines.where(Line.tenant_id == tenant_id))
        if only == _EVERY or department in inside
    ]
    found += [
        Contact(name or number, (code, number), _name(departments, department))
        for code, number, name, department in session.execute(codes.where(ShortCode.tenant_id == tenant_id).limit(READ))
        if only == _EVERY or department in inside | above
    ]
    return sorted(filter(carries, found), key=lambda one: (one.name.casefold(), one.name, one.numbers))


def _name(departments: _Departments, number: int | None) -> str:
    return departments[number].name if number in departments else ""


def _inside(departments: _Departments, only: int | None) -> frozenset[int | None]:
    """List a department and all that lie in it; without one, what belongs to none."""
    inside: set[int | None] = {only}
    while only is not None and (more := {row.id for row in departments.values() if row.parent_id in inside} - inside):
        inside |= more
    return frozenset(inside)


def _above(departments: _Departments, only: int | None) -> frozenset[int | None]:
    """List the departments that one lies in, and the company itself."""
    above: set[int | None] = {None}
    while only in departments and (only := departments[only].parent_id) not in above:
        above.add(only)
    return frozenset(above)
