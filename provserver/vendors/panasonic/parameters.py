"""What a Panasonic phone is told beside its accounts and keys: the server's own part, and the common settings."""

from collections.abc import Mapping

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.vendors.base import Params
from provserver.vendors.formats.quoted_text import cannot_carry
from provserver.vendors.panasonic.clock import posix, turns
from provserver.vendors.panasonic.texts import HDV, TGP, UT, UTG, family, yes

EVENT = "check-sync"
_MINUTES = 60


def server(phone: Phone) -> Mapping[str, str | Secret]:
    """Give what leads a phone to its own file, and lets a NOTIFY bring it back.

    The phone itself replaces ``{MAC}``, in capitals. Without ``CFG_RESYNC_FROM_SIP`` no NOTIFY is heard until the
    next power cut, so that it also stands in the file of the model (sheet, section 6).
    """
    address = Secret(f"{phone.provisioning_url}Config{{MAC}}.cfg")
    if family(phone.model) == UTG:
        return {"PROVISION_ENABLE": "Y", "USR_PROV_SVR_URL": address, "CFG_RESYNC_FROM_SIP": EVENT}
    led: Mapping[str, str | Secret] = {
        "PROVISION_ENABLE": "Y",
        "CFG_STANDARD_FILE_PATH": address,
        "CFG_RESYNC_FROM_SIP": EVENT,
    }
    if phone.credentials is None:
        return led
    return {**led, "HTTP_AUTH_ID": phone.credentials.username, "HTTP_AUTH_PASSWORD": phone.credentials.password}


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, and when by itself: at a time of day, which comes before any interval.

    The minute comes from the address of the phone, so that a house of phones does not ask at once.
    """
    params.put_all(server(phone), "server")
    minute = int(phone.mac, 16) % _MINUTES
    when = f"{int(phone.text('poll_hour')):02}:{minute:02}" if phone.setting("poll") else ""
    params.put("CFG_CYCLIC", "N", "poll")
    params.put("CFG_RESYNC_TIME", when, "poll_hour")


def put_authority(params: Params, phone: Phone) -> None:
    """Have the phone fetch this server's authority (sheet, section 3); where the UTG's file has it is not known."""
    if phone.authority is not None and family(phone.model) != UTG:
        params.put("CFG_ROOT_CERTIFICATE_PATH", phone.authority.url, "trust_authority")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write the chosen image and its version, which the phone compares with its own, and that it loads it unasked.

    The names and their order are those of a working file for the KX-UT1 series (Wazo); the sheet has them for the
    KX-HDV as well.
    """
    if phone.firmware_name:
        params.put("FIRM_UPGRADE_ENABLE", yes(True), "firmware")
        params.put("FIRM_VERSION", phone.firmware_version, "firmware")
        params.put("FIRM_UPGRADE_AUTO", yes(True), "firmware")
        params.put("FIRM_FILE_PATH", Secret(phone.firmware_url), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; nothing for one that it could not hold."""
    for person in ("admin", "user"):
        password = phone.secret(f"{person}_password")
        if password and not cannot_carry(password.reveal()):
            params.put(f"{person.upper()}_ID", person, "server")
            params.put(f"{person.upper()}_PASS", password, f"{person}_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN and LLDP.

    A VLAN that nobody set is not written, because a phone whose VLAN was typed in by hand would lose its network; a 0
    that somebody set takes the VLAN away. Where the UTG's file has it is not known.
    """
    vlan = phone.settings["vlan"]
    if family(phone.model) in (HDV, UTG):
        params.put("LLDP_ENABLE", yes(bool(phone.setting("lldp"))), "lldp")
    if family(phone.model) == UTG:
        return
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        params.put("VLAN_ENABLE", yes(bool(vlan.value)), "vlan")
    if vlan.value:
        params.put("VLAN_ID_IP_PHONE", str(vlan.value), "vlan")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server and the zone with its summer time.

    No source tells the words for languages or the pattern of a 24-hour clock; the phone keeps its own.
    """
    params.put("NTP_ADDR", phone.time_server, "ntp_server")
    if family(phone.model) in (HDV, UT):
        params.put("LOCAL_TIME_ZONE_POSIX", posix(phone.text("time_zone")), "time_zone")
    else:
        params.put_all(turns(phone.text("time_zone"), family(phone.model) == TGP), "time_zone")


def put_calls(params: Params, phone: Phone) -> None:
    """Write who tells of messages, and the code that picks a monitored extension up."""
    if family(phone.model) == UTG:
        _put_pickup_of_lines(params, phone)
        return
    params.put("VM_SUBSCRIBE_ENABLE", "Y", "server")
    if family(phone.model) != TGP:
        params.put("NUM_PLAN_PICKUP_DIRECT", phone.text("pickup_code"), "pickup_code")


def _put_pickup_of_lines(params: Params, phone: Phone) -> None:
    direct, group = phone.text("pickup_code"), phone.text("group_pickup_code")
    for line in phone.lines:
        params.put(f"DPICKUP_ENABLE_{line.number}", yes(bool(direct)), "pickup_code")
        params.put(f"DPICKUP_CODE_{line.number}", direct, "pickup_code")
        params.put(f"GPICKUP_ENABLE_{line.number}", yes(bool(group)), "group_pickup_code")
        params.put(f"GPICKUP_CODE_{line.number}", group, "group_pickup_code")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the popup of monitored extensions, both ways, where the family has one; no family has a ring for it."""
    if Feature.POPUP in phone.model.supports:
        params.put("DISP_BLF_CALL_INFO_ENABLE", yes(phone.popup), "monitor_popup")


SERVER = (put_server, put_authority, put_firmware, put_passwords, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
