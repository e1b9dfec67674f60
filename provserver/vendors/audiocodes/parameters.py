"""What an AudioCodes phone is told beside its lines, its clock and its keys.

Names and values: the export of a 405HD, a 310HD's own file and the administrator's manuals, as models.toml lists them.
Not written, for want of the maker's words: the passwords of the phone's pages (its file holds a hash of them), SRTP,
the number of a VLAN, and tones other than those of RFC 2833. They can be set as free parameters.
"""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

LANGUAGES = {
    "en": "ENGLISH",
    "it": "ITALIAN",
    "de": "GERMAN",
    "fr": "FRENCH",
    "es": "SPANISH",
    "ro": "ENGLISH",
}
"""Names of the phone's own menu; it has no Romanian."""

CODECS = {"g722": "G722_8000", "pcmu": "PCMU", "pcma": "PCMA", "opus": "OPUS", "g729": "G729"}
OLDER_CODECS = {"g722": "G722", "pcmu": "PCMU", "pcma": "PCMA", "g729": "G729"}
"""By model: the 405HD's export, and the 310HD's file, which ends with G723."""


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks and when (LTRT-11973, page 30), and that a NOTIFY does not restart it."""
    params.put("provisioning/method", "STATIC", "server")
    params.put("provisioning/configuration/url", Secret(f"{phone.provisioning_url}{phone.mac}.cfg"), "server")
    params.put("provisioning/period/type", "DAILY" if phone.setting("poll") else "POWERUP", "poll")
    params.put("provisioning/period/daily/time", f"{int(phone.text('poll_hour')):02}:00", "poll_hour")
    params.put("voip/services/notify/check_sync/force_reboot_enabled", 0, "server")


def put_network(params: Params, phone: Phone) -> None:
    """Write whether the phone learns its VLAN from the switch; one that is typed in is left to a free parameter."""
    if not int(phone.text("vlan")):
        params.put("network/lan/vlan/mode", "CDP_LLDP" if phone.setting("lldp") else "DISABLE", "lldp")


def put_personal(params: Params, phone: Phone) -> None:
    """Write the language, the ring of every line, and the company's directory."""
    params.put("personal_settings/language", LANGUAGES[phone.text("language")], "language")
    for number in range(phone.model.accounts):
        params.put(f"personal_settings/lines/{number}/ring_tone", f"Ring0{phone.text('ring_tone')}", "ring_tone")
    params.put("provisioning/corporate_directory_uri", phone.text("phonebook_url"), "phonebook_url")


def put_calls(params: Params, phone: Phone) -> None:
    """Write call waiting, voicemail, the pickup code, and tones while in a call."""
    voicemail = next((line.voicemail for line in phone.lines if line.voicemail), "")
    code = phone.text("pickup_code")
    params.put("voip/services/call_waiting/enabled", bool(phone.setting("call_waiting")), "call_waiting")
    params.put("voip/services/msg_waiting_ind/enabled", 1, "server")
    params.put("voip/services/msg_waiting_ind/subscribe", 1, "server")
    number = voicemail or phone.text("voicemail_number")
    params.put("voip/services/msg_waiting_ind/voice_mail_number", number, "voicemail_number")
    params.put("voip/services/call_pickup/enabled", bool(code), "pickup_code")
    params.put("voip/services/call_pickup/access_code", code, "pickup_code")
    if phone.text("dtmf") == "rfc2833":
        params.put("voip/media/out_of_band_dtmf", "RFC2833", "dtmf")


def put_codecs(params: Params, phone: Phone) -> None:
    """Write the codecs, the wanted ones in front and on, the others behind and off."""
    params.put_all(_codecs(bool(phone.model.facts.get("older")), phone.codecs), "codecs")


@lru_cache(maxsize=256)
def _codecs(older: bool, wanted: tuple[str, ...]) -> Mapping[str, str | int]:
    names = OLDER_CODECS if older else CODECS
    ordered = [codec for codec in wanted if codec in names]
    ordered += [codec for codec in names if codec not in ordered]
    values: dict[str, str | int] = {}
    for place, codec in enumerate(ordered):
        values[f"voip/codec/codec_info/{place}/enabled"] = int(codec in wanted)
        values[f"voip/codec/codec_info/{place}/name"] = names[codec]
    return values
