"""The SIP accounts, by the key of the main display that each stands on; the rest of the keys have none."""

from collections.abc import Iterator

from provserver.domain.phone import Line, Phone
from provserver.domain.telephony import dial_plan
from provserver.vendors.base import Params
from provserver.vendors.digium.places import accounts

DIAL_PLAN = "x.T3|*x.T3|**x.T3"
"""Digits, and codes with one star or two before them; what was dialled is sent after three seconds."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write an account for every key of the main display, switched off where no line stands."""
    found = accounts(phone)
    names: set[str] = set()
    for index in range(max(phone.model.accounts, max(found, default=0) + 1)):
        prefix = f"account.{index}"
        if line := found.get(index):
            name = line.username if line.username not in names else f"{line.username}-{index}"
            names.add(name)
            _put_line(params, phone, line, prefix, name)
        else:
            params.put_all({f"{prefix}.status": 0, f"{prefix}.register": 0}, f"line {index + 1}")


def _put_line(params: Params, phone: Phone, line: Line, prefix: str, name: str) -> None:
    source = f"line {line.number}"
    label = line.display_name or line.extension
    params.put(f"{prefix}.status", 1, source)
    params.put(f"{prefix}.register", bool(line.domain), source)
    params.put(f"{prefix}.account_id", name, source)
    params.put(f"{prefix}.username", line.username, source)
    params.put(f"{prefix}.authname", line.username, source)
    params.put(f"{prefix}.password", line.password, source)
    params.put(f"{prefix}.line_label", label, source)
    params.put(f"{prefix}.caller_id", label, source)
    plan = dial_plan(phone, DIAL_PLAN) or DIAL_PLAN
    params.put(f"{prefix}.dial_plan", plan, "dial_plan" if plan != DIAL_PLAN else "server")
    params.put(f"{prefix}.voicemail", phone.voicemail(line), source)
    params.put(f"{prefix}.needMwiSubscription", 1, source)
    params.put(f"{prefix}.conflict", "replace", "server")
    host, port = line.server
    params.put(f"{prefix}.host_primary.server", host, source)
    params.put(f"{prefix}.host_primary.port", port, source)
    params.put(f"{prefix}.host_primary.transport", line.transport, source)
    params.put(f"{prefix}.host_primary.reregister", phone.text("register_expires"), "register_expires")
    for field, value in _proxy(phone, line):
        params.put(f"{prefix}.{field}", value, source)


def _proxy(phone: Phone, line: Line) -> Iterator[tuple[str, str]]:
    """Write the proxy where the firmware looks for it: within the host, or beside it without a transport."""
    host, port = line.proxy
    within = _by_host(phone)
    where = "host_primary.outbound_proxy" if within else "outbound_proxy"
    yield f"{where}.server", host
    yield f"{where}.port", str(port)
    if within:
        yield f"{where}.transport", line.transport


def _by_host(phone: Phone) -> bool:
    since = phone.model.facts.get("proxy_by_host")
    if since is None:
        return False
    numbers = [int(part) for part in phone.firmware.replace("_", ".").split(".") if part.isdecimal()]
    return not numbers or numbers >= since
