"""The maker's web action as a way to a phone: what its own page is asked for, at which address, with which password."""

from ipaddress import ip_address, ip_network
from urllib.parse import quote

from provserver.config import Config, Network, inside_any
from provserver.db.models import Device
from provserver.domain.hardware import PhoneModel
from provserver.domain.push_settings import Way, comes_from
from provserver.domain.secret import Secret
from provserver.domain.settings import Value
from provserver.services.rendering.profiles import Profiles
from provserver.vendors.registry import vendors
from provserver.vendors.web_actions import HTTP, HTTPS, WebActions, WebRequest
from provserver.visiting import Visit

LOCAL: tuple[Network, ...] = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""Private networks (RFC 1918, 4193): phones there may be visited, beside those in PROVSERVER_TRUSTED_NETWORKS."""
READABLE = "http-plain"

NO_ADDRESS = "this phone has no address yet: it has not asked for its configuration"
SHARED = "several phones share the address that it last fetched from"
ELSEWHERE = "web actions go to phones in private or trusted networks alone, and this phone is in neither"
NO_PASSWORD = "this server does not know the administrator password of this phone"  # noqa: S105  a sentence
ONLY_RESTARTS = "the web action of this phone restarts it, and this needs no restart"
NO_SUCH = "no web action does this on this phone"
ONLY_HTTP = "the pages of this phone are reached without TLS alone, which is not allowed here"
PASSWORD_READABLE = "this phone wants its password in the address, which is not sent without TLS"  # noqa: S105
URL_READABLE = "its web action would carry the secret address of this phone without TLS"
URL_ASKS = "its web action cannot carry the password that this phone shows for its files"
UNTOLD = "this phone obeys only addresses that it was told: set where web actions come from"
ONE_ADDRESS = "this phone obeys one address alone: set a single one where web actions come from"


def lacks(model: PhoneModel, ways: Value) -> str:
    """Say why a model cannot be told in one of the ways chosen; empty where it can."""
    chosen = isinstance(ways, tuple) and Way.HTTP.value in ways
    return vendors()[model.vendor].rules.web_actions_of(model.name).lacks if chosen else ""


def visit_of(config: Config, profile: Profiles, device: Device, action: str, *, is_shared: bool) -> Visit:
    """Prepare the visit that has a phone do what is due; raises ValueError with the reason where there is none."""
    rules = vendors()[device.vendor].rules
    actions = rules.web_actions_of(device.model)
    request = _request(actions, action, may_restart="reboot" in rules.pushes)
    address = _address(config, device, is_shared=is_shared)
    settings = profile.settings_of(device)
    chosen, password = str(settings["push_http"].value), settings["admin_password"].value
    if not isinstance(password, Secret) or not password:
        raise ValueError(NO_PASSWORD)
    _check_obeyed(actions, comes_from(settings, config.base_url))
    scheme = HTTPS if chosen == HTTPS else HTTP
    if scheme not in actions.schemes:
        raise ValueError(ONLY_HTTP)
    if "{password}" in request.path and scheme == HTTP and chosen != READABLE:
        raise ValueError(PASSWORD_READABLE)
    return Visit(
        scheme,
        address,
        request.method,
        _target(profile, device, request, password, scheme),
        actions.user,
        password,
        request.content_type,
        request.body,
        verify=settings["push_certificates"].value == "always",
        readable=chosen == READABLE,
        refused=actions.refused,
    )


def may_be_visited(address: str, trusted: tuple[Network, ...]) -> bool:
    """Tell whether this server may knock at an address: a private one, or one that the operator trusts.

    Whoever has a phone's address with its token says by asking where the phone is, so anything else would let them
    send this server, with a password, anywhere.
    """
    return inside_any(address, trusted) or inside_any(address, LOCAL)


def _request(actions: WebActions, action: str, *, may_restart: bool) -> WebRequest:
    """Find what does an action; a change that needs a restart restarts the phone, unless it does so by itself."""
    if actions.lacks:
        raise ValueError(actions.lacks)
    fetch, restart = actions.requests.get("resync"), actions.requests.get("reboot")
    by_action = {
        "resync": fetch,
        "restart": (restart or fetch) if may_restart or fetch is None else fetch,
        "reboot": restart,
    }
    request = by_action.get(action)
    if request is None:
        raise ValueError(ONLY_RESTARTS if action == "resync" else NO_SUCH)
    return request


def _address(config: Config, device: Device, *, is_shared: bool) -> str:
    if not device.address:
        raise ValueError(NO_ADDRESS)
    if is_shared:
        raise ValueError(SHARED)
    if not may_be_visited(device.address, config.trusted_networks):
        raise ValueError(ELSEWHERE)
    return str(ip_address(device.address))


def _check_obeyed(actions: WebActions, addresses: tuple[str, ...]) -> None:
    if actions.takes_from and not addresses:
        raise ValueError(UNTOLD)
    if actions.takes_from == "one" and len(addresses) > 1:
        raise ValueError(ONE_ADDRESS)


def _target(profile: Profiles, device: Device, request: WebRequest, password: Secret, scheme: str) -> Secret:
    """Fill in what stands in a path; the phone's own address carries its token."""
    url = ""
    if "{url}" in request.path:
        phone = profile.resolve(device)
        url = phone.provisioning_url
        if url.startswith(HTTPS) and scheme != HTTPS:
            raise ValueError(URL_READABLE)
        if phone.credentials is not None and phone.credentials.username:
            raise ValueError(URL_ASKS)
    filled = request.path.replace("{password}", quote(password.reveal(), safe="")).replace("{mac}", device.mac)
    return Secret(filled.replace("{url}", url))
