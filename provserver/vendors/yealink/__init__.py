"""Yealink: a boot file that names the rest, a file for the model, and a file for the device with all parameters."""

import re
from collections.abc import Mapping, Sequence

from provserver.domain.mac import format_mac
from provserver.domain.phone import Phone
from provserver.vendors.alike import heading
from provserver.vendors.base import Builder, File, Params, gathered
from provserver.vendors.dotted_services import put_directory
from provserver.vendors.formats import flat_text
from provserver.vendors.formats.flat_text import cannot_carry
from provserver.vendors.sections import sorter
from provserver.vendors.yealink.accounts import put_accounts
from provserver.vendors.yealink.bases import put_base_clock, put_base_language
from provserver.vendors.yealink.keys import put_keys
from provserver.vendors.yealink.parameters import (
    put_authority,
    put_calls,
    put_clock,
    put_firmware,
    put_monitoring,
    put_network,
    put_passwords,
    put_phonebook,
    put_server,
    put_stun,
    put_waiting,
    put_web_actions,
)
from provserver.vendors.yealink.services import put_dialling, put_line_services, put_permission, put_services

__all__ = ["cannot_carry", "files"]

VERSION = "#!version:1.0.0.1"
"""Must be line 1, else the phone passes over the whole file and says nothing (sheet, pitfall 1)."""

SERVER = (put_server, put_authority, put_firmware, put_passwords)
CALLS = (put_clock, put_calls, put_permission, put_services, put_dialling, put_directory)
DESK = (*SERVER, put_web_actions, put_network, put_stun, *CALLS, put_monitoring, put_accounts, put_keys)
HANDSET = (*SERVER, put_stun, *CALLS, put_accounts)
BASE_CALLS = (put_waiting, put_phonebook, put_permission, put_line_services, put_directory)
BASE = (*SERVER, put_network, put_stun, put_base_clock, put_base_language, *BASE_CALLS, put_accounts)
BUILDERS: Mapping[str, tuple[Builder, ...]] = {"desk": DESK, "handset": HANDSET, "base": BASE}
"""What a device is told, by its kind: the maker's files for Wi-Fi handsets have no VLAN and no monitored keys, those
for DECT bases neither ring nor pickup codes (FusionPBX, ax83h and w60b)."""

SECTIONS = (
    (re.compile(r"(static\.)?trusted_certificates\.|(static\.)?security\.ca_cert"), "Certificates"),
    (re.compile(r"(static\.)?auto_provision\.|sip\.notify_reboot_enable"), "Provisioning"),
    (re.compile(r"(static\.)?firmware\.url"), "Firmware"),
    (re.compile(r"(static\.)?security\."), "Passwords of the phone's own pages"),
    (re.compile(r"(static\.)?(network\.|sip\.nat_stun\.)"), "Network"),
    (re.compile(r"local_time\.|lang\.|custom\.handset\."), "Time and language"),
    (re.compile(r"features\.pickup\.blf_|features\.blf\."), "Monitored extensions"),
    (re.compile(r"features\.(pickup|remote_phonebook)\.|call_waiting\.|remote_phonebook\."), "Calls"),
    (re.compile(r"phone_setting\.ring_type|features\.(dnd|fwd)|forward\.|dialplan\."), "Calls"),
    (re.compile(r"ldap\."), "LDAP directory"),
    (re.compile(r"account\.(?P<number>\d+)\.|voice_mail\.number\.(?P<mailbox>\d+)"), "Line"),
    (re.compile(r"linekey\."), "Keys"),
    (re.compile(r"memorykey\."), "Memory keys"),
    (re.compile(r"expansion_module\.(?P<number>\d+)\."), "Keys of expansion module"),
)
"""Where a name stands in the file; the first that fits counts."""

_section = sorter(SECTIONS)


def files(phone: Phone) -> Sequence[File]:
    """Render the boot file, the model's file and the phone's own; only the last proves that the phone has it."""
    names = [f"{phone.mac}.cfg"]
    if phone.model.hardware:
        names.insert(0, f"y{int(phone.model.hardware):012d}.cfg")
    rendered = [File(f"{phone.mac}.boot", flat_text.CONTENT_TYPE, _boot(phone, names), proves=False)]
    if phone.model.hardware:
        rendered.append(File(names[0], flat_text.CONTENT_TYPE, _common(phone.model.title), proves=False))
    params = parameters(phone)
    body = _body(params, _who(phone))
    return [*rendered, File(names[-1], flat_text.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(BUILDERS[phone.model.facts.get("kind", "desk")], phone).merge(phone)


def _boot(phone: Phone, names: Sequence[str]) -> bytes:
    """Name the files to fetch: with a boot file the phone asks for no other (FusionPBX, pull request 2926).

    ``overwrite_mode = 1`` gives a parameter that is left blank, or no longer in the files, the factory's value
    (easymanua.ls, SIP-T2 series, page 150); so a free parameter that was removed is gone from the phone as well.
    """
    lines = [VERSION, f"# {_who(phone)}", *(f'include:config "{name}"' for name in names), "overwrite_mode = 1"]
    return ("\n".join(lines) + "\n").encode()


def _common(title: str) -> bytes:
    """Write the model's file, which anybody may read: an order to refresh must not reboot even an unknown phone."""
    return flat_text.write([("sip.notify_reboot_enable", "0")], VERSION, f"{title}: what all of them share")


def _who(phone: Phone) -> str:
    """Say which phone a file is for; a description that would break the line is left out."""
    about = "" if cannot_carry(phone.description) else phone.description
    return heading(phone, "Yealink", format_mac(phone.mac).lower(), about)


def _body(params: Params, who: str) -> bytes:
    sections: dict[str, list[tuple[str, str]]] = {}
    for name, parameter in params.items():
        spelled = name.partition(":")[0]  # what stands behind tells two of a name apart, and is not in the file
        sections.setdefault(_section(name), []).append((spelled, parameter.value))
    head = flat_text.write((), VERSION, who)
    return head + b"".join(flat_text.write(items, "", title) for title, items in sections.items())
