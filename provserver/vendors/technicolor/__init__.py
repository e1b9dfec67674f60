"""Technicolor, which was Thomson: a file that says where to ask, and the phone's own, in sections."""

from hashlib import sha256

from provserver.domain.numbers import split_port
from provserver.domain.phone import Phone
from provserver.vendors.base import File, Params
from provserver.vendors.formats import section_text
from provserver.vendors.formats.section_text import cannot_carry
from provserver.vendors.technicolor.clock import put_clock
from provserver.vendors.technicolor.keys import put_keys
from provserver.vendors.technicolor.lines import put_lines

__all__ = ["cannot_carry", "files"]

EVERYBODY = "0.0.0.0"  # noqa: S104  no address to listen on, but whose check-sync is obeyed
SERIAL_DIGITS = 12
PHONEBOOK_TITLE = 18
"""Characters that the name of a phonebook may have (Provisioner, thomson/st20xx)."""


def files(phone: Phone) -> list[File]:
    """Render the file that every phone of the model asks for first, and the phone's own, which alone proves."""
    params = parameters(phone)
    params.put("sys.config_sn", _serial(params), "server")
    first = section_text.write({"config": [("config", phone.provisioning_url)]})
    prefix = f"{phone.model.name.lower()}s"
    return [
        File(f"{prefix}.inf", section_text.CONTENT_TYPE, first, proves=False),
        File(f"{prefix}_{phone.mac}.txt", section_text.CONTENT_TYPE, _written(params), params.as_dict()),
    ]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone by section and name, the free ones laid over the rest."""
    params = Params()
    for build in (put_server, put_passwords, put_network, put_clock, put_calls, put_lines, put_keys):
        build(params, phone)
    return params.merge(phone)


def put_server(params: Params, phone: Phone) -> None:
    """Write when the phone asks, and that a check-sync is obeyed, whoever sends it.

    Two of these and the third's meaning are the administrator's guide's (ST2030, page 211); that days are counted
    between two checks, and that the start is an hour of the day, is read off the maker's own defaults.
    """
    params.put("autoprovision.AutoprovisionFlag", 1, "server")
    params.put("sip.sw_notify_autoprovision", 1, "server")
    params.put("sip.AuthNotifyCheckSync", EVERYBODY, "server")
    params.put("autoprovision.AutoprovisionTimeDays", bool(phone.setting("poll")), "poll")
    params.put("autoprovision.Autoprovisionstarttime", f"{int(phone.text('poll_hour')):02d}:00", "poll_hour")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write who may open the phone's own pages and its Telnet, under the maker's names; an unset one stays as it is."""
    if password := phone.secret("admin_password"):
        params.put("sys.TelnetID", "administrator", "server")
        params.put("sys.TelnetPWD", password, "admin_password")
        params.put("sys.WebPWD", password, "admin_password")
    if password := phone.secret("user_password"):
        params.put("sys.UserID", "user", "server")
        params.put("sys.UserPWD", password, "user_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP and the one STUN server of all lines."""
    vlan = int(phone.text("vlan"))
    params.put("net.VLAN", bool(vlan), "vlan")
    params.put("qos.VLANid1", vlan or 1, "vlan")
    params.put("net.lldpXFlag", bool(phone.setting("lldp")), "lldp")
    line = next((line for line in phone.lines if line.stun), None)
    host, port = split_port(line.stun) if line else ("", None)
    source = f"line {line.number}" if line else "server"
    params.put("stun.STUNFlag", bool(host), source)
    params.put("stun.STUNSrv", host, source)
    params.put("stun.STUNPort", port or 0, source)


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting, the code that picks up a monitored extension, and the company's phonebook."""
    code, book = phone.text("pickup_code"), phone.text("phonebook_url")
    params.put("customer.sw_call_wait", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("sip.CallPkupFlg", "sc" if code else "local", "pickup_code")
    params.put("sip.CallPkupSC", f"{code}X" if code else "", "pickup_code")
    params.put("sys.Phonebook1_url", book, "phonebook_url")
    params.put("sys.Phonebook1_name", "Company"[:PHONEBOOK_TITLE] if book else "", "phonebook_url")


def _serial(params: Params) -> str:
    """Give twelve digits that change with the file: the phone passes over one whose number it has already.

    Wazo asks for another number, Provisioner for a greater one; only the first can be had from the file alone, so
    that the same settings always give the same bytes.
    """
    text = "\n".join(f"{name}={one.value}" for name, one in params.items())
    return str(int(sha256(text.encode()).hexdigest(), 16) % 10**SERIAL_DIGITS).zfill(SERIAL_DIGITS)


def _written(params: Params) -> bytes:
    sections: dict[str, list[tuple[str, str]]] = {}
    for name, parameter in params.items():
        section, _, rest = name.partition(".")
        sections.setdefault(section, []).append((rest, parameter.value))
    return section_text.write(sections)
