"""The demo company: an office of twelve people, so that whoever starts the server first has something to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provserver.db.joined import Joined
from provserver.db.models import Department, Device, DeviceToken, Group, GroupMember, Line, ShortCode, Tenant
from provserver.db.queries import owned
from provserver.db.session import keyring_of
from provserver.domain.roles import Actor, Role
from provserver.services import changes
from provserver.services.changes import Edit
from provserver.services.editing import keys, settings
from provserver.services.editing.key_notation import read_keys
from provserver.services.house import House
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine

COMPANY = "Officine Ferri S.r.l."

OFFICE, WORKSHOP = "Uffici", "Officina"
PEOPLE: Mapping[str, tuple[str, str, str]] = {
    "201": ("Chiara Moretti", "Reception", OFFICE),
    "202": ("Alessandro Ferri", "", OFFICE),
    "203": ("Giulia Conti", "", OFFICE),
    "204": ("Paolo Rinaldi", "", OFFICE),
    "205": ("Sara Lombardi", "", OFFICE),
    "206": ("Davide Bruno", "", OFFICE),
    "211": ("Luca Barbieri", "", WORKSHOP),
    "212": ("Marco Fontana", "", WORKSHOP),
    "213": ("Andrea Caruso", "", WORKSHOP),
    "214": ("Elena Mancini", "", WORKSHOP),
    "215": ("Simone Greco", "Magazzino", WORKSHOP),
    "216": ("Ioan Popescu", "", WORKSHOP),
}
"""Extension: name, what colleagues see where it differs, department."""

SETTINGS: Mapping[str, object] = {
    "sip_domain": "pbx.example.com",
    "time_zone": "Europe/Rome",
    "language": "it",
    "monitor_popup": True,
    "monitor_ring": "splash",
    "group_pickup_code": "*98",
    "voicemail_number": "*97",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One phone with its keys, as people would type them."""

    mac: str
    vendor: str
    model: str
    extension: str
    description: str
    keys: tuple[str, ...]


DESKS = (
    Desk(
        "0004f2005301", "poly", "VVX301", "201", "Reception, piano terra",
        (
            "2=blf:202", "3=blf:203", "4=blf:204", "5=blf:205", "6=pickup:*98,label=Gruppo",
            "s1.1=blf:206", "s1.2=blf:211", "s1.3=blf:212", "s1.4=blf:213", "s1.5=blf:214", "s1.6=blf:215",
            "s1.7=blf:216", "s1.9=speed-dial:300,label=Officina", "s1.10=speed-dial:801,label=Corriere",
        ),
    ),
    Desk(
        "0004f2005302", "poly", "VVX450", "202", "Direzione, primo piano",
        ("2=blf:201", "3=blf:203", "4=blf:211", "7=speed-dial:802,label=Commercialista", "8=voicemail:*97"),
    ),
    Desk(
        "805ec0005303", "yealink", "T46U", "203", "Amministrazione, primo piano",
        (
            "2=blf:201", "3=blf:202", "4=blf:204", "5=blf:205", "6=pickup:*98,label=Gruppo",
            "7=speed-dial:801,label=Corriere", "8=speed-dial:802,label=Commercialista", "10=dnd",
        ),
    ),
    Desk("805ec0005304", "yealink", "T33G", "204", "Acquisti", ("2=blf:201", "3=blf:215", "4=voicemail:*97")),
    Desk(
        "805ec0005305", "yealink", "T54W", "205", "Commerciale",
        ("2=blf:206", "3=blf:202", "4=speed-dial:803,label=Fiera", "5=forward:+390255501205", "6=voicemail:*97"),
    ),
    Desk("805ec0005306", "yealink", "T33G", "211", "Capofficina", ("2=blf:212", "3=blf:213", "4=park:701")),
    Desk("805ec0005307", "yealink", "T33G", "212", "Officina, torni", ("2=blf:211", "3=intercom:215,label=Magazzino")),
    Desk("0004f2005308", "poly", "VVX301", "215", "Magazzino", ("2=blf:211", "3=blf:201", "4=speed-dial:801")),
)  # fmt: skip

GROUPS = (
    ("hunt", "Officina", "300", ("211", "212", "213", "214")),
    ("pickup", "Uffici", "*98", ("201", "202", "203", "204", "205", "206")),
)
SHORT_CODES = (
    ("801", "+390255501801", "Corriere Brambilla"),
    ("802", "+390255501802", "Studio Colombo, commercialista"),
    ("803", "+390255501803", "Fiera Milano, segreteria"),
)

SIMULATED = ("0004f2005301", "805ec0005303")
"""The two phones that answer when the demo runs with simulated phones."""
TRY_WITH = ("805ec0005305", "805ec0005305.cfg")
"""The phone and the file that a newcomer is shown to fetch with curl."""


def set_up(house: House) -> bool:
    """Make the demo company, all of it or nothing; True where it is there, False where others work in this house.

    It is made once: a second start changes nothing, whatever was edited meanwhile. The empty company that a first
    start leaves behind becomes it; beside a company with people or phones it is not made.
    """
    with house.database.transaction() as session:
        tenant = session.scalar(select(Tenant).where(Tenant.name == COMPANY))
        if tenant is not None and not _is_empty(session, tenant):
            return True
        tenant = tenant or _empty_company(session)
        if tenant is None:
            return False
        tenant.name = COMPANY
        session.flush()
        joined = replace(house, database=Joined(house.database, session))
        _furnish(joined, Actor(tenant.id, "demo", Role.OPERATOR))
    return True


def _empty_company(session: Session) -> Tenant | None:
    """Give the company to make the demo of: a new one in an empty house, or the only one where nobody works yet."""
    tenants = session.scalars(select(Tenant)).all()
    if not tenants:
        tenant = Tenant(name=COMPANY)
        session.add(tenant)
        return tenant
    return tenants[0] if len(tenants) == 1 and _is_empty(session, tenants[0]) else None


def _is_empty(session: Session, tenant: Tenant) -> bool:
    tables = (Line, Device, Department)
    return not any(
        session.scalar(select(func.count()).select_from(table).where(table.tenant_id == tenant.id)) for table in tables
    )


def _furnish(house: House, actor: Actor) -> None:
    settings.set_values(house, actor, "tenant", "", SETTINGS)
    for department in (OFFICE, WORKSHOP):
        directory.add_department(house, actor, department)
    for extension, (name, shown, department) in PEOPLE.items():
        directory.add_line(house, actor, NewLine(extension, name, shown, department))
    _add_groups(house, actor)
    for desk in DESKS:
        new = NewDevice(desk.mac, desk.vendor, desk.model, (desk.extension,), desk.description)
        devices.add_device(house, actor, new)
        keys.set_keys(house, actor, desk.mac, read_keys(desk.keys))


def _add_groups(house: House, actor: Actor) -> None:
    with house.database.transaction() as session:
        lines = {line.extension: line.id for line in session.scalars(owned(Line, actor))}
        for kind, name, number, members in GROUPS:
            group = Group(tenant_id=actor.tenant_id, kind=kind, name=name, number=number)
            places = enumerate(members, start=1)
            group.members = [GroupMember(line_id=lines[member], position=place) for place, member in places]
            session.add(group)
        for code, number, name in SHORT_CODES:
            session.add(ShortCode(tenant_id=actor.tenant_id, code=code, number=number, name=name))
        added = {"groups": [row[1] for row in GROUPS], "short_codes": [row[0] for row in SHORT_CODES]}
        changes.commit(house, session, actor, Edit("directory filled", COMPANY, None, added))


def url_to_try(house: House) -> str:
    """Give the whole address of one file of the demo, empty where its phone was removed."""
    mac, file = TRY_WITH
    url = addresses(house, [mac]).get(mac, "")
    return url + file if url else ""


def addresses(house: House, macs: tuple[str, ...] | list[str] = SIMULATED) -> dict[str, str]:
    """Give provisioning addresses of demo phones that are still there; a demo has no secrets, so nobody audits it."""
    with house.database.reading() as session:
        query = select(Device.mac, DeviceToken.sealed).join(DeviceToken, DeviceToken.device_id == Device.id)
        query = query.join(Tenant, Tenant.id == Device.tenant_id)
        rows = session.execute(query.where(Device.mac.in_(macs), Tenant.name == COMPANY).order_by(DeviceToken.id))
        opened = {mac: keyring_of(session).open(sealed, "device token").decode() for mac, sealed in rows}
    return {mac: f"{house.config.base_url}/p/{token}/" for mac, token in opened.items()}


def place_phone(house: House, mac: str, port: int) -> None:
    """Write down where a simulated phone listens on loopback, in case that changed."""
    with house.database.reading() as session:
        device = session.scalar(select(Device).where(Device.mac == mac))
    if device is None:
        return
    desk = next(desk for desk in DESKS if desk.mac == mac)
    address = f"sip:{desk.extension}@127.0.0.1:{port}"
    if device.sip_address != address:
        actor = Actor(device.tenant_id, "demo", Role.OPERATOR)
        devices.change_device(house, actor, mac, {"sip_address": address})
