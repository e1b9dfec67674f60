"""What a Flyingvoice phone is told: names as FusionPBX has them, values as Yealink's, whose words they are."""

from provserver.domain.hardware import Feature
from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.slots import KeyKind
from provserver.domain.telephony import web_callers
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.dotted import (
    DTMF,
    KEY_TYPES,
    LANGUAGES,
    SRTP,
    codecs,
    empty_key,
    servers,
    unused_account,
)
from provserver.vendors.formats.flat_text import legible

NIGHTLY = 1440  # minutes: no hour of the day is known to this maker


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, when, and that an order to refresh does not reboot it.

    DHCP and PnP are off, or whoever answers first in the network would take the phone.
    """
    params.put("static.auto_provision.server.url", Secret(phone.provisioning_url), "server")
    params.put("static.auto_provision.power_on", True, "server")
    params.put("static.auto_provision.pnp_enable", False, "server")
    params.put("static.auto_provision.dhcp_option.enable", False, "server")
    params.put("sip.notify_reboot_enable", False, "server")
    params.put("static.auto_provision.repeat.enable", bool(phone.setting("poll")), "poll")
    params.put("static.auto_provision.repeat.minutes", NIGHTLY, "poll")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; a person stands behind a colon: the file has one name for all."""
    for person in ("admin", "user"):
        if password := phone.secret(f"{person}_password"):
            params.put(f"static.security.user_name.{person}", person, "server")
            value = Secret(f"{person}:{password.reveal()}")
            params.put(f"static.security.user_password:{person}", value, f"{person}_password")


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have the phone take this server's web actions without asking its user (FusionPBX, fip15g)."""
    if callers := web_callers(phone):
        params.put("features.action_uri.enable", True, "push_ways")
        params.put("features.show_action_uri_option", False, "push_ways")
        params.put("features.action_uri_limit_ip", ",".join(callers), "push_http_from")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP and the one STUN server of all lines; a change of the first two restarts the phone."""
    vlan = int(phone.text("vlan"))
    params.put("static.network.vlan.internet_port_enable", bool(vlan), "vlan")
    params.put("static.network.vlan.internet_port_vid", vlan or 1, "vlan")
    params.put("static.network.lldp.enable", bool(phone.setting("lldp")), "lldp")
    host, port, source = phone.stun
    params.put("static.sip.nat_stun.enable", bool(host), source)
    params.put("static.sip.nat_stun.server", host, source)
    params.put("static.sip.nat_stun.port", port, source)


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone in winter, the face of the clock, and the language.

    No name for summer time is known but the address of a table (``auto_dst.url``): the phone follows its own.
    """
    offset = rule(phone.text("time_zone")).offset
    hours, minutes = divmod(abs(offset), 60)
    zone = ("-" if offset < 0 else "+" if offset else "") + str(hours) + (f":{minutes:02}" if minutes else "")
    params.put("local_time.ntp_server1", phone.time_server, "ntp_server")
    params.put("local_time.time_zone", zone, "time_zone")
    params.put("local_time.time_format", phone.text("clock") == "24", "clock")
    language = LANGUAGES[phone.text("language")]
    params.put("lang.gui", language, "language")
    params.put("lang.wui", language, "language")


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls ring, wait and are picked up, and the company's phonebook."""
    direct, group, book = (phone.text(n) for n in ("pickup_code", "group_pickup_code", "phonebook_url"))
    params.put("phone_setting.ring_type", f"Ring{phone.text('ring_tone')}.wav", "ring_tone")
    params.put("call_waiting.enable", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("features.pickup.direct_pickup_enable", bool(direct), "pickup_code")
    params.put("features.pickup.direct_pickup_code", direct, "pickup_code")
    params.put("features.pickup.group_pickup_enable", bool(group), "group_pickup_code")
    params.put("features.pickup.group_pickup_code", group, "group_pickup_code")
    params.put("remote_phonebook.data.1.url", book, "phonebook_url")
    params.put("remote_phonebook.data.1.name", "Company" if book else "", "phonebook_url")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring of monitored extensions, both always: what is left out keeps its old value."""
    popup = phone.popup and Feature.POPUP in phone.model.supports
    params.put("features.pickup.blf_visual_enable", popup, "monitor_popup")
    params.put("features.pickup.blf_audio_enable", popup and phone.monitor_ring != "off", "monitor_ring")


def put_accounts(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, unused_account)


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    account, source = f"account.{line.number}.", f"line {line.number}"
    params.put(f"{account}enable", 1, source)
    params.put(f"{account}label", legible(line.display_name or line.extension), source)
    params.put(f"{account}display_name", legible(line.display_name), source)
    params.put(f"{account}user_name", line.username, source)
    params.put(f"{account}auth_name", line.username, source)
    params.put(f"{account}password", line.password, source)
    params.put_all({account + name: value for name, value in servers(line).items()}, source)
    params.put(f"{account}sip_server.1.expires", phone.text("register_expires"), "register_expires")
    params.put(f"{account}srtp_encryption", SRTP[phone.text("srtp")], "srtp")
    params.put(f"{account}dtmf.type", DTMF[phone.text("dtmf")], "dtmf")
    params.put(f"{account}nat.nat_traversal", bool(line.stun), source)
    params.put(f"voice_mail.number.{line.number}", phone.voicemail(line), source)
    params.put_all(codecs(line.number, phone.codecs), "codecs")


def put_keys(params: Params, phone: Phone) -> None:
    """Write all slots; a slot left out would keep the key that it had."""
    for slot in phone.slots:
        key, prefix, source = phone.key(slot), f"linekey.{slot.number}", f"key {slot}"
        if key.kind is KeyKind.NONE:
            params.put_all(empty_key(prefix), source)
        else:
            params.put(f"{prefix}.type", KEY_TYPES[key.kind], source)
            params.put(f"{prefix}.line", key.line, source)
            params.put(f"{prefix}.value", phone.dialled(key), source)
            params.put(f"{prefix}.label", legible(key.label), source)
        code = phone.text("pickup_code") if key.kind is KeyKind.BLF else ""
        params.put(f"{prefix}.extension", code, "pickup_code" if code else source)


SERVER = (put_server, put_passwords, put_web_actions, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
