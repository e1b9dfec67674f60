"""What a Yealink phone is told beside its accounts and keys: the server's own part, and the common settings."""

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import web_callers
from provserver.vendors.base import Params
from provserver.vendors.dotted import LANGUAGES
from provserver.vendors.yealink.clock import zone
from provserver.vendors.yealink.generation import V80, V81, V83, V84, generation, static

MONITOR_RINGS = {"off": "Splash.wav", "splash": "Splash.wav", "tone": "Ring8.wav"}
"""Splash.wav is the maker's short tone (ringer 10 of its Alert-Info table). The dedicated tone is Ring8.wav, the last
of the eight built in: the phone's own ring is one of Ring1 to Ring5, so a monitored call never sounds like it."""


def put_server(params: Params, phone: Phone) -> None:
    """Write what the server owns: where the phone asks, when, and that an order to refresh does not reboot it.

    ``custom.protect = 0`` lets the server's values win over what was typed at the phone; ``custom.sync`` uploads
    ``<mac>-local.cfg`` where an earlier server left one (source: Yealink auto provisioning guide V80, page 55).
    """
    now = generation(phone)
    address = Secret(phone.provisioning_url)
    params.put(static("auto_provision.server.url", now), address, "server")
    params.put(static("auto_provision.power_on", now), True, "server")
    params.put(static("auto_provision.custom.protect", now), False, "server")
    params.put(static("auto_provision.custom.sync", now), True, "server")
    params.put(static("auto_provision.custom.sync.path", now), address, "server")
    if phone.credentials is not None:
        params.put(static("auto_provision.server.username", now), phone.credentials.username, "server")
        params.put(static("auto_provision.server.password", now), phone.credentials.password, "server")
    params.put("sip.notify_reboot_enable", 0, "server")
    put_polling(params, phone, now)


def put_authority(params: Params, phone: Phone) -> None:
    """Have the phone fetch this server's authority, and trust that beside those from the factory.

    Certificates by address: FusionPBX; ``ca_cert`` 2, all, beside 0, the factory's, and 1, one's own (T48G
    administrator guide, page 229).
    """
    if phone.authority is not None:
        now = generation(phone)
        params.put(static("trusted_certificates.url", now), phone.authority.url, "trust_authority")
        params.put(static("security.ca_cert", now), 2, "trust_authority")


def put_web_actions(params: Params, phone: Phone) -> None:
    """Have the phone take this server's web actions without asking its user, where it is told that way.

    Source: the maker's table of parameters (T40G guide, p523; features.show_action_uri_option: FusionPBX, Tancredi).
    V7x knows the list alone (FusionPBX, t28p).
    """
    if callers := web_callers(phone):
        if generation(phone) >= V80:
            params.put("features.action_uri.enable", True, "push_ways")
            params.put("features.show_action_uri_option", False, "push_ways")
        params.put("features.action_uri_limit_ip", ",".join(callers), "push_http_from")


def put_polling(params: Params, phone: Phone, now: int) -> None:
    """Ask every night within one hour, at a minute that the phone draws (easymanua.ls, T40G, page 95)."""
    hour = int(phone.text("poll_hour"))
    days = "weekly.dayofweek" if now >= V81 else "weekly.mask"
    params.put(static("auto_provision.repeat.enable", now), False, "poll")
    params.put(static("auto_provision.weekly.enable", now), bool(phone.setting("poll")), "poll")
    params.put(static(f"auto_provision.{days}", now), "0123456", "poll")
    if now >= V81:
        params.put("static.auto_provision.weekly_upgrade_interval", 0, "poll")
    params.put(static("auto_provision.weekly.begin_time", now), f"{hour:02d}:00", "poll_hour")
    params.put(static("auto_provision.weekly.end_time", now), f"{hour:02d}:59", "poll_hour")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies; the phone loads it where its version is another (sheet, section 8)."""
    if phone.firmware_name:
        params.put(static("firmware.url", generation(phone)), Secret(phone.firmware_url), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages.

    The file has one line for each person, all of one name; so here the person stands behind a colon.
    """
    now = generation(phone)
    for person, setting in (("admin", "admin_password"), ("user", "user_password")):
        password = phone.secret(setting)
        if password:
            params.put(static(f"security.user_name.{person}", now), person, "server")
            name = f"{static('security.user_password', now)}:{person}"
            params.put(name, Secret(f"{person}:{password.reveal()}"), setting)


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP; a change of these restarts the phone."""
    now = generation(phone)
    vlan = int(phone.text("vlan"))
    params.put(static("network.vlan.internet_port_enable", now), bool(vlan), "vlan")
    params.put(static("network.vlan.internet_port_vid", now), vlan or 1, "vlan")
    params.put(static("network.lldp.enable", now), bool(phone.setting("lldp")), "lldp")


def put_stun(params: Params, phone: Phone) -> None:
    """Write the one STUN server that the phone has for all lines; V7x has one for each line."""
    now = generation(phone)
    if now < V80:
        for line in (line for line in phone.lines if line.stun):
            host, port = line.stun_server
            params.put(f"account.{line.number}.nat.stun_server", host, f"line {line.number}")
            params.put(f"account.{line.number}.nat.stun_port", port, f"line {line.number}")
        return
    group = "static.sip.nat_stun" if now >= V84 else "sip.nat_stun"
    host, port, source = phone.stun
    params.put(f"{group}.enable", bool(host), source)
    params.put(f"{group}.server", host, source)
    params.put(f"{group}.port", port, source)


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone with its daylight saving, the face of the clock, and the language."""
    put_zone(params, phone)
    params.put("local_time.time_format", phone.text("clock") == "24", "clock")
    language = LANGUAGES[phone.text("language")]
    params.put("lang.gui", language, "language")
    params.put("lang.wui", language, "language")


def put_zone(params: Params, phone: Phone) -> None:
    """Write the time server, and the zone with its daylight saving."""
    here = zone(phone.text("time_zone"))
    params.put("local_time.ntp_server1", phone.time_server, "ntp_server")
    params.put("local_time.time_zone", here.offset, "time_zone")
    params.put("local_time.summer_time", here.summer_time, "time_zone")
    if here.start:
        params.put("local_time.dst_time_type", 1, "time_zone")
        params.put("local_time.start_time", here.start, "time_zone")
        params.put("local_time.end_time", here.end, "time_zone")
        params.put("local_time.offset_time", here.shift, "time_zone")


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls ring, wait and are picked up, and the company's phonebook."""
    direct, group = phone.text("pickup_code"), phone.text("group_pickup_code")
    params.put("phone_setting.ring_type", f"Ring{phone.text('ring_tone')}.wav", "ring_tone")
    put_waiting(params, phone)
    params.put("features.pickup.direct_pickup_enable", bool(direct), "pickup_code")
    params.put("features.pickup.direct_pickup_code", direct, "pickup_code")
    params.put("features.pickup.group_pickup_enable", bool(group), "group_pickup_code")
    params.put("features.pickup.group_pickup_code", group, "group_pickup_code")
    put_phonebook(params, phone)


def put_waiting(params: Params, phone: Phone) -> None:
    """Write whether a second call may knock."""
    params.put("call_waiting.enable", bool(phone.setting("call_waiting")), "call_waiting")


def put_phonebook(params: Params, phone: Phone) -> None:
    """Write the address of the company's phonebook."""
    book = phone.text("phonebook_url")
    params.put("features.remote_phonebook.enable", bool(book), "phonebook_url")
    params.put("remote_phonebook.data.1.url", book, "phonebook_url")
    params.put("remote_phonebook.data.1.name", "Company" if book else "", "phonebook_url")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup and the ring of monitored extensions, both always: what is left out keeps its old value."""
    popup = phone.popup and Feature.POPUP in phone.model.supports
    ring = phone.monitor_ring if popup else "off"
    params.put("features.pickup.blf_visual_enable", popup, "monitor_popup")
    params.put("features.pickup.blf_audio_enable", ring != "off", "monitor_ring")
    if generation(phone) >= V83:
        params.put("features.blf.ring_type", MONITOR_RINGS[ring], "monitor_ring")
