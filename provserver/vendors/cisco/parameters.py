"""Everything that is not an account or a key: the server, passwords, network, clock, calls and monitoring."""

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.vendors.base import Params
from provserver.vendors.cisco.clock import zone
from provserver.vendors.cisco.dialects import ROUTER, dialect, yes

DAY = 86400
MINUTES = 60

MONITOR_TONES = {
    "off": "440@-10;30(.3/9.7/1)",
    "splash": "440@-10;1(.3/.7/1)",
    "tone": "440@-10;30(.3/9.7/1)",
}
"""``frequency@level;seconds(on/off/frequencies)``. The factory's tone beeps every ten seconds for half a minute
(FusionPBX, 8851 and spa525g2); a splash is one such beep."""


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks and when; the minute comes from its address, so that not all ask at once.

    Other rules are emptied: each would be fetched as well, and one that fails is tried again for hours.
    """
    params.put("Provision_Enable", "Yes", "server")
    params.put("Profile_Rule", own_file(phone), "server")
    for letter in "BCD":
        params.put(f"Profile_Rule_{letter}", "", "server")
    params.put("Resync_On_Reset", "Yes", "server")
    params.put("Resync_From_SIP", "Yes", "server")
    poll = bool(phone.setting("poll"))
    if dialect(phone).nightly:
        moment = f"{int(phone.text('poll_hour')):02d}{int(phone.mac, 16) % MINUTES:02d}"
        params.put("Resync_At__HHmm_", moment if poll else "", "poll_hour")
        params.put("Resync_Periodic", 0, "poll")
    else:
        params.put("Resync_Periodic", DAY if poll else 0, "poll")


def put_authority(params: Params, phone: Phone) -> None:
    """Have the phone fetch this server's authority: without it only certificates signed by Cisco count.

    A URL on SPA phones and adapters, a rule on Multiplatform ones (sheet, Part A and the cross reference of Part B).
    """
    if phone.authority is not None:
        is_mpp = phone.model.facts["dialect"] == "mpp"
        params.put("Custom_CA_Rule" if is_mpp else "Custom_CA_URL", phone.authority.url, "trust_authority")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies; the phone loads it where its version is another (sheet, A7 and B7)."""
    if phone.firmware_name:
        params.put("Upgrade_Enable", "Yes", "firmware")
        params.put("Upgrade_Rule", Secret(f"{_options(phone)}{phone.firmware_url}"), "firmware")


def own_file(phone: Phone) -> Secret:
    """Give the rule for the phone's own file; it carries the phone's token."""
    return Secret(f"{_options(phone)}{phone.provisioning_url}{phone.mac}.xml")


def _options(phone: Phone) -> str:
    """Give what stands ahead of an address in a rule: who asks (sheet, A2 and B2)."""
    asks = phone.credentials
    return f"[--uid {asks.username} --pwd {asks.password.reveal()}] " if asks and asks.username else ""


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; an empty one would open them to anybody, so none is."""
    names = dialect(phone)
    for name, setting in ((names.admin, "admin_password"), (names.user, "user_password")):
        if password := phone.secret(setting):
            params.put(name, password, setting)


def put_network(params: Params, phone: Phone) -> None:
    """Write LLDP, STUN, and a VLAN that somebody set.

    One that nobody set is left alone, because a phone whose VLAN was typed in by hand would lose its network; a 0
    that somebody set takes the VLAN away.
    """
    names = dialect(phone)
    server = next((line for line in phone.lines if line.stun), None)
    source = f"line {server.number}" if server else "server"
    params.put("STUN_Enable", yes(server), source)
    params.put("STUN_Server", server.stun if server else "", source)
    vlan = phone.settings["vlan"]
    is_set = bool(vlan.value) or vlan.origin is not Scope.DEFAULT
    if names.router:
        _put_router_network(params, phone, is_set)
        return
    if names.lldp:
        params.put("Enable_LLDP-MED", yes(phone.setting("lldp")), "lldp")
    if is_set and names.phone:
        params.put("Enable_VLAN", yes(vlan.value), "vlan")
        params.put("VLAN_ID", str(vlan.value or 1), "vlan")


def _put_router_network(params: Params, phone: Phone, vlan_is_set: bool) -> None:
    """Write the same for adapters with a router; SPA 112 and 122 spell the number ``VALN`` (FusionPBX, spa122)."""
    params.put(f"{ROUTER}CLDP_Setting/LLDP_ENABLE", bool(phone.setting("lldp")), "lldp")
    if vlan_is_set:
        number = phone.text("vlan")
        params.put(f"{ROUTER}WAN_VLAN_Setting/WAN_VLAN_Enable", number != "0", "vlan")
        spelling = phone.model.facts.get("vlan", "WAN_VLAN_ID")
        params.put(f"{ROUTER}WAN_VLAN_Setting/{spelling}", number if number != "0" else "1", "vlan")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone and the language.

    Adapters with a router have codes of their own for zones (``+01 2 2``), which no guide at hand explains: theirs
    is set as a free parameter, ``router-configuration/Time_Setup/Time_Zone``.
    """
    names = dialect(phone)
    server = phone.time_server
    if names.router:
        params.put(f"{ROUTER}Time_Setup/Time_Server", server, "ntp_server")
        params.put(f"{ROUTER}Time_Setup/Time_Server_Mode", "manual" if server else "auto", "ntp_server")
        return
    params.put("Primary_NTP_Server", server, "ntp_server")
    params.put_all(zone(phone.text("time_zone")), "time_zone")
    if names.phone:
        params.put("Time_Format", f"{phone.text('clock')}hr", "clock")
    if language := (names.languages or {}).get(phone.text("language")):
        params.put(names.language, language, "language")
    if names.phone and not names.modern:
        params.put("Default_Character_Encoding", "UTF-8", "server")


def put_calls(params: Params, phone: Phone) -> None:
    """Write how calls wait, are encrypted, recorded and picked up, and the company's phonebook.

    Phones of the SPA series offer encrypted speech or not; none of their parameters makes it a must.
    """
    names = dialect(phone)
    if not names.phone:
        return
    secure = phone.text("srtp") != "off"
    params.put("CW_Setting", yes(phone.setting("call_waiting")), "call_waiting")
    params.put("Secure_Call_Setting", yes(secure), "srtp")
    if not names.modern:
        params.put("SRTP_Method", "s-descriptor", "srtp")
    own = next((line.voicemail for line in phone.lines if line.voicemail), "")
    params.put("Voice_Mail_Number", own or phone.text("voicemail_number"), "voicemail_number")
    params.put("Group_Call_Pickup_Code", phone.text("group_pickup_code"), "group_pickup_code")
    _put_pickup(params, phone)
    if Feature.PHONEBOOK in phone.model.supports:
        book = phone.text("phonebook_url")
        params.put("XML_Directory_Service_Name", "Company" if book else "", "phonebook_url")
        params.put("XML_Directory_Service_URL", book, "phonebook_url")


def _put_pickup(params: Params, phone: Phone) -> None:
    """Write the code that a monitored key dials; its ``#`` stands for the extension (FusionPBX, spa504g: ``**#``)."""
    code = phone.text("pickup_code")
    params.put("Call_Pickup_Code", code, "pickup_code")
    for name in dialect(phone).pickup:
        params.put(name, f"{code}#" if code else "", "pickup_code")


def put_monitoring(params: Params, phone: Phone) -> None:
    """Write the sound of monitored extensions, both ways; there is no popup, so that the rule's switch is all it has.

    On PhoneOS the popup's switch at least lights the screen up (FusionPBX, 9861).
    """
    if not dialect(phone).phone:
        return
    params.put("Server_Type", "Asterisk", "server")
    if Feature.SPLASH in phone.model.supports:
        ring = phone.monitor_ring
        params.put("Call_Pickup_Audio_Notification", yes(ring != "off"), "monitor_ring")
        params.put("Call_Pickup_Tone", MONITOR_TONES[ring], "monitor_ring")
    if phone.model.facts["dialect"] == "phoneos":
        name = "Wake_up_phone_screen_when_BLF_pickup_is_ringing"
        params.put(name, yes(phone.popup), "monitor_popup")


SERVER = (put_server, put_authority, put_firmware, put_passwords, put_network)
"""What stands first in every file: the server's own part, and what the phone needs to come back."""
