"""What a Thomson phone is told beside its accounts and keys.

Names and factory values: the maker's own comconf files, as Wazo ships them. What a value means: Wazo's common.py and
base.tpl, and Provisioner's endpoint/thomson/st20xx (ipp_data.json, other_data.json).
"""

from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.telephony import dial_plan
from provserver.vendors.base import Params
from provserver.vendors.daylight import rule
from provserver.vendors.thomson.clock import zone_number

LANGUAGES = {"en": 0, "fr": 1, "es": 2, "de": 3, "it": 0, "ro": 0}
"""The phone has no Italian and no Romanian; it speaks English to them."""

EVERYBODY = "0.0.0.0"  # noqa: S104  no address to listen on, but whose check-sync is obeyed
"""The factory's value; a NOTIFY from any other host would be passed over in silence (ST2030 guide, page 211)."""

DTMF = {"inband": 0, "rfc2833": 1, "info": 4}
CODECS = {"pcma": "g711a", "pcmu": "g711mu", "g729": "g729", "g722": "g722"}
ALL_CODECS = ("g711a", "g711mu", "g729", "g723", "gsmwbamr", "g722", "l16", "ilbc", "ilbc133")
"""As the factory orders them; no source has a word for *none*, so the unwanted ones stay behind the wanted."""

FACTORY_VLAN = 1
DIAL_PLAN = "x.T"
"""The factory's: any digits, then a pause."""
PHONEBOOK_NAMES = {
    "en": "Company",
    "it": "Azienda",
    "ro": "Companie",
    "de": "Firma",
    "fr": "Entreprise",
    "es": "Empresa",
}


def put_phone(params: Params, phone: Phone) -> None:
    """Write the language, the face of the clock, and the ring tone, which the phone counts from 0 to 6."""
    params.put("ipp.LanguageType", LANGUAGES[phone.text("language")], "language")
    params.put("ipp.TimeFlag", phone.text("clock") == "24", "clock")
    for number in range(1, phone.model.accounts + 1):
        params.put(f"ipp.RingToneMP{number}", int(phone.text("ring_tone")) - 1, "ring_tone")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN; what switches LLDP on is not sourced."""
    vlan = int(phone.text("vlan"))
    params.put("net.VLAN", bool(vlan), "vlan")
    params.put("qos.VLANid1", vlan or FACTORY_VLAN, "vlan")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting, voicemail, pickup, tones and codecs; ``X`` in a code stands for the extension."""
    code = phone.text("pickup_code")
    params.put("sys.VOIPDialPlan", dial_plan(phone, DIAL_PLAN) or DIAL_PLAN, "dial_plan")
    voicemail = next((line.voicemail for line in phone.lines if line.voicemail), "")
    params.put("customer.sw_call_wait", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("sip.CallPkupFlg", "sc" if code else "local", "pickup_code")
    params.put("sip.CallPkupSC", f"{code}X" if code else "", "pickup_code")
    params.put("sip.VoiceMailTelNum", voicemail or phone.text("voicemail_number"), "voicemail_number")
    params.put("sys.dtmf_mode_flag", DTMF[phone.text("dtmf")], "dtmf")
    params.put("sys.CodecPriority", _codecs(phone.codecs), "codecs")
    book = phone.text("phonebook_url")
    params.put("sys.Phonebook1_url", book, "phonebook_url")
    params.put("sys.Phonebook1_name", PHONEBOOK_NAMES[phone.text("language")] if book else "", "phonebook_url")


@lru_cache(maxsize=256)
def _codecs(wanted: tuple[str, ...]) -> str:
    first = [CODECS[codec] for codec in wanted if codec in CODECS]
    ordered = {codec: place for place, codec in enumerate(first + [c for c in ALL_CODECS if c not in first], start=1)}
    return "".join(f"{codec}({ordered[codec]})" for codec in ALL_CODECS)


def put_server(params: Params, phone: Phone) -> None:
    """Write that a NOTIFY makes the phone ask anew, and the hour of every day at which it asks by itself.

    That the days are those between two questions, and 0 none, is inferred from their names and the factory's 0.
    """
    params.put("sip.sw_notify_autoprovision", 1, "server")
    params.put("sip.AuthNotifyCheckSync", EVERYBODY, "server")
    params.put("autoprovision.AutoprovisionFlag", 1, "server")
    params.put("autoprovision.AutoprovisionTimeDays", bool(phone.setting("poll")), "poll")
    params.put("autoprovision.Autoprovisionstarttime", f"{int(phone.text('poll_hour')):02}:00", "poll_hour")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages and of its console; an unset one is left as it is."""
    if admin := phone.secret("admin_password"):
        params.put("sys.TelnetPWD", admin, "admin_password")
        params.put("sys.WebPWD", admin, "admin_password")
    if user := phone.secret("user_password"):
        params.put("sys.UserPWD", user, "user_password")


def put_clock(params: Params, phone: Phone) -> None:
    """Write the time server, the zone by its number, and whether the zone has a summer time."""
    server = phone.time_server
    zone = phone.text("time_zone")
    params.put("ntp.NTPFlag", bool(server), "ntp_server")
    params.put("ntp.NtpIP", server, "ntp_server")
    params.put("ntp.NtpZoneNum", zone_number(zone), "time_zone")
    params.put("ntp.NtpDaylight", rule(zone).start is not None, "time_zone")
