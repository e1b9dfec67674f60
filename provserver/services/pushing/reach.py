"""The ways to a phone, out of its settings: in the order configured, each with all that is needed to go it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provserver.config import Config
from provserver.db.models import Device, Line, StoredValue
from provserver.db.session import keyring_of
from provserver.domain.numbers import split_port
from provserver.domain.push_settings import PUSH_SETTINGS, Way
from provserver.domain.secret import Secret
from provserver.domain.settings import Effective, Scope
from provserver.domain.vocabulary import defaults
from provserver.engines.base import Kind, Place
from provserver.services.pushing.contacts import Sought
from provserver.services.pushing.rivals import rivals_of, sought
from provserver.services.pushing.visits import NO_ADDRESS, SHARED, visit_of
from provserver.services.rendering.profiles import Profiles
from provserver.sip.digest import Credentials, Keys
from provserver.sip.uri import SipUri
from provserver.visiting import Visit

NO_LINE = "this phone has no line that could be registered"
NO_DOMAIN = "no SIP domain is set for the line"
NO_ENGINE = "its address is not set"
_PORTS = {Kind.ASTERISK: 5038, Kind.FREESWITCH: 8021}
_NAMES = [setting.name for setting in PUSH_SETTINGS]
_READ = [*_NAMES, "sip_domain", "transport", "outbound_proxy"]
_WIDE = [Scope.TENANT.word, Scope.DEPARTMENT.word, Scope.MODEL.word]

Settings = Mapping[str, Effective]


@dataclass(frozen=True, slots=True)
class Step:
    """One way to go: a SIP address with its route, an engine's place, or a visit; ``lacking`` says why it cannot be."""

    way: Way
    uri: SipUri | None = None
    route: tuple[SipUri, ...] = ()
    next_hop: SipUri | None = None
    keys: Keys = Keys()  # noqa: RUF009  (it is frozen)
    verify: bool = True
    place: Place | None = None
    domain: str = ""
    visit: Visit | None = None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a phone: its ways in order, how to know it, and the other phones of its extensions.

    ``engines`` are those that may know its calls, whether or not they are a way to it.
    """

    steps: tuple[Step, ...]
    phone: Sought
    rivals: tuple[Sought, ...] = ()
    engines: tuple[Place, ...] = ()


def ways_of(session: Session, config: Config, devices: Sequence[Device]) -> dict[int, Reach]:
    """Find the ways to these phones, by device id; a company that chose none has its phones told directly."""
    chosen = _companies_that_chose(session, {device.tenant_id for device in devices})
    shared = _shared_addresses(session, [device for device in devices if device.tenant_id in chosen])
    rivals = rivals_of(session, [device for device in devices if device.tenant_id in chosen])
    profiles: dict[int, Profiles] = {}
    values = _values(session, [device for device in devices if device.tenant_id in chosen])
    found = {}
    for device in devices:
        profile = profiles.setdefault(device.tenant_id, Profiles(session, device.tenant_id, config.base_url))
        is_chosen = device.tenant_id in chosen
        settings = profile.chosen_of(device, values[device.tenant_id]) if is_chosen else _DEFAULTS
        desk = _Desk(session, config, profile, settings, is_shared=device.address in shared)
        steps, engines = tuple(_steps(desk, device)), tuple(engines_of(settings))
        found[device.id] = Reach(steps, sought(device), rivals.get(device.id, ()), engines)
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the ways of one phone are made of."""

    session: Session
    config: Config
    profile: Profiles
    settings: Settings
    is_shared: bool


_DEFAULTS = defaults()


def _companies_that_chose(session: Session, tenants: set[int]) -> set[int]:
    places = [scope.word for scope in Scope if scope is not Scope.DEFAULT]
    query = select(StoredValue.tenant_id).where(
        StoredValue.tenant_id.in_(tenants),
        StoredValue.scope.in_(places),
        StoredValue.kind == "setting",
        StoredValue.name.in_(_NAMES),
    )
    return set(session.scalars(query.distinct()))


def _values(session: Session, devices: Iterable[Device]) -> dict[int, list[StoredValue]]:
    """Read what is set of reaching these phones, company by company, in one query."""
    lines = {str(row.line_id) for device in devices for row in device.lines[:1]}
    phones = {str(device.id) for device in devices}
    query = select(StoredValue).where(
        StoredValue.tenant_id.in_({device.tenant_id for device in devices}),
        StoredValue.kind == "setting",
        StoredValue.name.in_(_READ),
        StoredValue.scope.in_(_WIDE)
        | ((StoredValue.scope == Scope.LINE.word) & StoredValue.place.in_(lines))
        | ((StoredValue.scope == Scope.DEVICE.word) & StoredValue.place.in_(phones)),
    )
    found: dict[int, list[StoredValue]] = {device.tenant_id: [] for device in devices}
    for row in session.scalars(query) if found else ():
        found[row.tenant_id].append(row)
    return found


def _shared_addresses(session: Session, devices: Iterable[Device]) -> set[str]:
    """Give the addresses that more than one phone fetches from: a NAT, behind which port 5060 is one of them."""
    addresses = {device.address for device in devices if device.address}
    if not addresses:
        return set()
    query = select(Device.address).where(Device.address.in_(addresses))
    return set(session.scalars(query.group_by(Device.address).having(func.count() > 1)))


def _steps(desk: _Desk, device: Device) -> Iterable[Step]:
    session, settings = desk.session, desk.settings
    wanted = settings["push_ways"].value
    ways = [Way(way) for way in wanted] if isinstance(wanted, tuple) else [Way.DIRECT]
    if Way.POLL in ways:
        ways = ways[: ways.index(Way.POLL)]
    for way in ways:
        try:
            if way is Way.DIRECT and desk.is_shared and len(ways) > 1 and not device.sip_address:
                yield Step(way, lacking=SHARED)
            elif way is Way.DIRECT:
                yield _direct(session, device, settings)
            elif way is Way.REGISTRAR:
                yield _registrar(session, device, settings)
            elif way is Way.HTTP:
                yield Step(way, visit=_visit(desk, device))
            else:
                yield _engine(device, Kind(way.value), settings)
        except ValueError as error:
            yield Step(way, lacking=str(error))


def _visit(desk: _Desk, device: Device) -> Visit:
    action = device.resync_action or "resync"
    return visit_of(desk.config, desk.profile, device, action, is_shared=desk.is_shared)


def _direct(session: Session, device: Device, settings: Settings) -> Step:
    uri = direct_uri(device)
    if uri is None:
        return Step(Way.DIRECT, lacking=NO_ADDRESS)
    lines = [row.line for row in device.lines[:1]]
    own = tuple(_of_line(session, line) for line in lines)
    return Step(Way.DIRECT, uri, keys=Keys(own, own), verify=_verify(settings, uri))


def direct_uri(device: Device) -> SipUri | None:
    """Give the SIP address of the phone itself: the one that is set, else where it last fetched from."""
    if device.sip_address:
        return SipUri.parse(device.sip_address)
    if not device.address:
        return None
    user = device.lines[0].line.username if device.lines else device.mac
    return SipUri(device.address.partition("%")[0], quote(user, safe="-_.!~*'()"), 5060)


def _registrar(session: Session, device: Device, settings: Settings) -> Step:
    if not device.lines:
        return Step(Way.REGISTRAR, lacking=NO_LINE)
    line = device.lines[0].line
    host, port = split_port(line.domain or _text(settings, "sip_domain"))
    if not host:
        return Step(Way.REGISTRAR, lacking=NO_DOMAIN)
    transport = _text(settings, "push_transport")
    if transport == "same":
        transport = line.transport or _text(settings, "transport")
        transport = "" if transport == "udp" else transport  # what the domain's DNS says then
    parameters = (("transport", transport),) if transport else ()
    record = SipUri(host, quote(line.username, safe="-_.!~*'()"), port)
    uri = SipUri(host, None, port, parameters)
    proxy, outbound = _text(settings, "push_proxy"), line.outbound_proxy or _text(settings, "outbound_proxy")
    hop = SipUri(*_split(proxy), parameters) if proxy else uri
    route: tuple[SipUri, ...] = ()
    if outbound and not proxy:
        hop = SipUri(*_split(outbound), (*parameters, ("lr", None)))
        route = (hop,)
    keys = _registrar_keys(session, line, host, settings)
    return Step(Way.REGISTRAR, record, route, hop, keys, verify=_verify(settings, hop))


def _split(text: str) -> tuple[str, None, int | None]:
    host, port = split_port(text)
    return host, None, port


def _registrar_keys(session: Session, line: Line, domain: str, settings: Settings) -> Keys:
    """Give our credentials to a proxy that asks, and to the registrar itself; the line's own to the phone behind it."""
    user, password = _text(settings, "push_user"), settings["push_password"].value
    if not user or not isinstance(password, Secret):
        return Keys(target=(_of_line(session, line),))
    ours = Credentials(user, password)
    return Keys((ours,), (Credentials(user, password, domain), _of_line(session, line)))


def _of_line(session: Session, line: Line) -> Credentials:
    password = keyring_of(session).open(line.sealed_password, "line password").decode()
    return Credentials(line.username, Secret(password))


def _verify(settings: Settings, hop: SipUri) -> bool:
    checks = _text(settings, "push_certificates")
    return checks == "always" or (checks == "names" and not hop.is_digits)


def engines_of(settings: Settings) -> Iterable[Place]:
    """Give the telephone exchanges that are set, and set in a way that can be read."""
    for kind in Kind:
        try:
            place = place_of(kind, settings)
        except ValueError:
            continue
        if place is not None:
            yield place


def _engine(device: Device, kind: Kind, settings: Settings) -> Step:
    place = place_of(kind, settings)
    own = device.lines[0].line.domain if device.lines else ""
    domain = split_port(own or _text(settings, "sip_domain"))[0]
    return Step(Way(kind.value), place=place, domain=domain, lacking="" if place else NO_ENGINE)


def place_of(kind: Kind, settings: Settings) -> Place | None:
    """Give where an engine is, None where that is not set."""
    if kind is Kind.KAMAILIO:
        parts = urlsplit(_text(settings, "kamailio_url"))
        if not parts.hostname:
            return None
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        user, secret = _text(settings, "kamailio_user"), _secret(settings, "kamailio_password")
        return Place(kind, parts.hostname, port, user, secret, parts.scheme == "https", path)
    host, port_given = split_port(_text(settings, f"{kind.value}_address"))
    if not host:
        return None
    port = port_given or _PORTS[kind]
    if kind is Kind.FREESWITCH:
        profile = _text(settings, "freeswitch_profile")
        return Place(kind, host, port, "", _secret(settings, "freeswitch_password"), profile=profile)
    secret, tls = _secret(settings, "asterisk_secret"), settings["asterisk_tls"].value is True
    return Place(kind, host, port, _text(settings, "asterisk_user"), secret, tls)


def _text(settings: Settings, name: str) -> str:
    return str(settings[name].value or "")


def _secret(settings: Settings, name: str) -> Secret:
    value = settings[name].value
    return value if isinstance(value, Secret) else Secret("")
