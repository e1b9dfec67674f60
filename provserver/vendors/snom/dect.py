"""DECT bases of the M series: servers, and accounts that hang on a handset each.

Names from wazo-provd-plugins, common_dect (05.20 and 07.40). It names no parameter for transport, outbound proxy,
encrypted speech, polling or the server's own address, so these are not written.
"""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.settings import Scope
from provserver.vendors.base import Params
from provserver.vendors.snom_settings.accounts import tones, wanted_codecs

LANGUAGES = {"de": "Deutsch", "en": "English", "es": "Espanol", "fr": "Francais", "it": "Italiano", "ro": "English"}


def parameters(phone: Phone) -> Params:
    """Give every parameter of a base, before its overrides."""
    params = Params()
    _put_base(params, phone)
    servers = _servers(phone)
    for address, number in servers.items():
        params.put(f"srv_sip_server_alias[{number}]", address, f"server {number}")
        params.put(f"user_host[{number}]", address, f"server {number}")
        params.put(f"user_dtmf_info[{number}]", tones(phone), "dtmf")
    for number, line in phone.accounts:
        if line is None:
            params.put_all(_unused(number), f"line {number}")
        else:
            _put_line(params, phone, line, servers[line.address])
    return params


def _put_base(params: Params, phone: Phone) -> None:
    params.put("auto_dect_register", "on", "server")
    for person, setting in (("http", "admin_password"), ("http_basic", "user_password")):
        if password := phone.secret(setting):
            params.put(f"{person}_user", "admin" if person == "http" else "user", "server")
            params.put(f"{person}_pass", password, setting)
    vlan = phone.settings["vlan"]
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        params.put("vlan_id", str(vlan.value or ""), "vlan")
        params.put("vlan_qos", "0" if vlan.value else "", "vlan")
    params.put("ntp_server", phone.time_server, "ntp_server")
    params.put("language", LANGUAGES[phone.text("language")], "language")
    params.put("web_language", LANGUAGES[phone.text("language")], "language")
    if book := phone.text("phonebook_url"):
        params.put("phonebook_server_location", 3, "phonebook_url")
        params.put("phonebook_location", book, "phonebook_url")


def _servers(phone: Phone) -> dict[str, int]:
    """Number the servers that lines register at, from 1."""
    addresses = dict.fromkeys(line.address for line in phone.lines)
    return {address: number for number, address in enumerate(addresses, start=1)}


@lru_cache(maxsize=2048)
def _unused(number: int) -> Mapping[str, str]:
    """Switch an account off, with the password that a line taken away must not leave in the base."""
    return {f"user_active[{number}]": "off", f"user_pass[{number}]": ""}


def _put_line(params: Params, phone: Phone, line: Line, server: int) -> None:
    number, source = line.number, f"line {line.number}"
    params.put(f"user_active[{number}]", "on", source)
    params.put(f"user_name[{number}]", line.username, source)
    params.put(f"user_pname[{number}]", line.username, source)
    params.put(f"user_pass[{number}]", line.password, source)
    params.put(f"user_realname[{number}]", line.display_name, source)
    params.put(f"user_mailnumber[{number}]", phone.voicemail(line), source)
    params.put(f"subscr_sip_line_name[{number}]", line.extension, source)
    params.put(f"subscr_sip_hs_idx[{number}]", number, source)
    params.put(f"subscr_dect_ac_code[{number}]", f"{number:04d}", source)
    params.put(f"subscr_sip_ua_data_server_id[{number}]", server, source)
    if codecs := wanted_codecs(phone):
        params.put(f"codec_priority_list[{number}]", codecs, "codecs")
