"""Settings that belong together, as a maker's package writes them: do not disturb, forwarding, dialling, directory.

Each function gives None where the model cannot be told, or where its users decide; then nothing is written.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from provserver.domain.hardware import Feature
from provserver.domain.numbers import split_port
from provserver.domain.phone import Phone
from provserver.domain.push_settings import comes_from, comes_over_http
from provserver.domain.secret import Secret

PORTS = {"off": 389, "starttls": 389, "ldaps": 636}


@dataclass(frozen=True, slots=True)
class Forwards:
    """Where calls go: empty where they go nowhere else; ``delay`` is in seconds, for calls that nobody answers."""

    always: str
    busy: str
    no_answer: str
    delay: int

    def rings(self, seconds: int) -> int:
        """Give the delay as rings of so many seconds, the nearest number and at least one."""
        return max(1, round(self.delay / seconds))


@dataclass(frozen=True)
class Directory:
    """An LDAP directory; ``host`` is empty where the phone is to have none."""

    host: str
    port: int
    security: str
    base: str
    user: str
    password: Secret
    name_filter: str
    number_filter: str
    names: str
    numbers: str

    @cached_property
    def shown(self) -> str:
        """Give the attribute that is shown as the name."""
        return (self.names.split() or [""])[0]

    def filters(self, typed: str) -> tuple[str, str]:
        """Give the filters by name and by number with the maker's own sign for what is typed."""
        return self.name_filter.replace("%", typed), self.number_filter.replace("%", typed)


def web_callers(phone: Phone) -> tuple[str, ...]:
    """Give the addresses that the phone is to take web actions from; none where it is not told that way."""
    return comes_from(phone.settings, phone.provisioning_url) if comes_over_http(phone.settings) else ()


def do_not_disturb(phone: Phone) -> bool | None:
    """Tell whether the phone is not to be disturbed."""
    return bool(phone.setting("dnd")) if _is_ours(phone, Feature.DND) else None


def may_be_quiet(phone: Phone) -> bool | None:
    """Tell whether users may turn on do not disturb."""
    return bool(phone.setting("dnd_allowed")) if Feature.DND_SWITCH in phone.model.supports else None


def forwards(phone: Phone) -> Forwards | None:
    """Give where calls are forwarded."""
    if not _is_ours(phone, Feature.FORWARD):
        return None
    always, busy, no_answer = (phone.text(f"forward_{when}") for when in ("always", "busy", "no_answer"))
    return Forwards(always, busy, no_answer, int(phone.text("forward_delay")))


def dial_plan(phone: Phone, usual: str = "") -> str | None:
    """Give the maker's own text of when a number is complete, ``usual`` where nobody set one."""
    return (phone.text("dial_plan") or usual) if Feature.DIAL_PLAN in phone.model.supports else None


def directory(phone: Phone, securities: Collection[str] = tuple(PORTS)) -> Directory | None:
    """Give the LDAP directory; none where the phone lacks the encryption, for it would ask without."""
    if Feature.LDAP not in phone.model.supports:
        return None
    host, port = split_port(phone.text("ldap_server"))
    security = phone.text("ldap_security")
    return Directory(
        host=host if security in securities else "",
        port=port or PORTS[security],
        security=security,
        base=phone.text("ldap_base"),
        user=phone.text("ldap_user"),
        password=phone.secret("ldap_password"),
        name_filter=phone.text("ldap_name_filter"),
        number_filter=phone.text("ldap_number_filter"),
        names=phone.text("ldap_name_attributes"),
        numbers=phone.text("ldap_number_attributes"),
    )


def _is_ours(phone: Phone, feature: Feature) -> bool:
    return feature in phone.model.supports and phone.text("call_services") == "server"
