"""All parameters of a phone, in the order that a technician reads them."""

from provserver.domain.phone import Phone
from provserver.domain.push_settings import comes_over_http
from provserver.domain.secret import Secret
from provserver.domain.settings import Scope
from provserver.domain.telephony import dial_plan, may_be_quiet
from provserver.vendors.base import Params
from provserver.vendors.poly import clock, keys, lines
from provserver.vendors.poly.firmware import is_pvos, is_uc_software
from provserver.vendors.poly.keys import Plan

_DAY = 86400
CRITICAL = 4
_MINUTES = 60

_CODECS = {"g722": "G722", "pcma": "G711_A", "pcmu": "G711_Mu", "g729": "G729_AB"}
_CODECS_OFF = (
    "G7221.32kbps",
    "G7221_C.48kbps",
    "Siren14.48kbps",
    "Siren22.64kbps",
    "iLBC.13_33kbps",
    "iLBC.15_2kbps",
)
"""Codecs that no setting names: off, or the phone would offer them before those that were chosen."""

_OPUS = {"opus": "Opus"}
"""Only where a source names it for the model (FusionPBX, CCX 500)."""

_TONES = {"rfc2833": (1, 1, 0), "info": (0, 0, 1), "inband": (1, 0, 0)}
"""In the speech stream, as its telephone events, by SIP INFO (wazo-provd-plugins, common_v3)."""

_SRTP = {"off": (0, 0, 0), "optional": (1, 1, 0), "required": (1, 1, 1)}


def parameters(phone: Phone, plan: Plan) -> Params:
    """Give the parameters of a phone, before its overrides."""
    params = Params()
    _put_server(params, phone)
    _put_push(params, phone)
    _put_device(params, phone)
    lines.put(params, phone, plan)
    _put_voicemail(params, phone)
    _put_calls(params, phone)
    _put_speech(params, phone)
    clock.put(params, phone)
    params.put("dir.local.readonly", True, "server")
    keys.put(params, phone, plan)
    return params


def _put_server(params: Params, phone: Phone) -> None:
    """Write where the phone is provisioned from, and when it asks by itself.

    The minute comes from the address of the phone, so that a house of phones does not ask at once. A check-sync
    must not restart a phone of which nothing changed: ``alwaysReboot`` is 0.
    """
    scheme = phone.provisioning_url.partition(":")[0].upper()
    _put_device_value(params, "device.prov.serverName", Secret(phone.provisioning_url), "server")
    _put_device_value(params, "device.prov.serverType", scheme, "server")
    if phone.credentials is not None:
        _put_device_value(params, "device.prov.user", phone.credentials.username, "server")
        _put_device_value(params, "device.prov.password", phone.credentials.password, "server")
    params.put("voIpProt.SIP.specialEvent.checkSync.alwaysReboot", False, "server")
    params.put("prov.polling.enabled", bool(phone.setting("poll")), "poll")
    params.put("prov.polling.mode", "abs", "poll")
    params.put("prov.polling.period", _DAY, "poll")
    minute = int(phone.mac, 16) % _MINUTES
    params.put("prov.polling.time", f"{int(phone.text('poll_hour')):02}:{minute:02}", "poll_hour")


def _put_push(params: Params, phone: Phone) -> None:
    """Have the phone take critical pushes with its administrator password, where it is told by its web action.

    Source: Web Application guide UCS 5.0, p75.
    """
    password = phone.secret("admin_password")
    if comes_over_http(phone.settings) and is_uc_software(phone) and password:
        params.put("apps.push.messageType", CRITICAL, "push_ways")
        params.put("apps.push.username", "admin", "push_ways")
        params.put("apps.push.password", password, "admin_password")


def _put_device(params: Params, phone: Phone) -> None:
    """Write what the phone keeps in its own memory: passwords, VLAN, and that it is a plain SIP phone in use.

    Until somebody consents to its licence, an Edge, CCX or Trio waits at a page that says so; one that was sold for
    Microsoft Teams leaves that by its base profile (fspbx, Edge templates; FusionPBX, Trio 8800 and CCX 500).
    A VLAN that nobody set is not written, because a phone whose VLAN was typed in by hand would lose its network;
    a 0 that somebody set takes the VLAN away.
    """
    params.put("device.set", True, "server")
    if is_pvos(phone):
        _put_device_value(params, "device.baseProfile", "Generic", "server")
        _put_device_value(params, "device.eulaAccepted", True, "server")
    _put_device_value(params, "device.auth.localAdminPassword", phone.secret("admin_password"), "admin_password")
    _put_device_value(params, "device.auth.localUserPassword", phone.secret("user_password"), "user_password")
    vlan = phone.settings["vlan"]
    if vlan.value or vlan.origin is not Scope.DEFAULT:
        _put_device_value(params, "device.net.vlanId", str(vlan.value or ""), "vlan")
    if phone.authority is not None:  # within the file, its line ends kept (sheet, pitfall 12; two peers)
        _put_device_value(params, "device.sec.TLS.customCaCert1", phone.authority.pem, "trust_authority")
    _put_device_value(params, "device.net.lldpEnabled", bool(phone.setting("lldp")), "lldp")


def _put_device_value(params: Params, name: str, value: str | bool | Secret, source: str) -> None:
    """Write a device parameter with the mark without which the phone ignores it; nothing for an empty secret."""
    if isinstance(value, Secret) and not value:
        return
    params.put(f"{name}.set", True, source)
    params.put(name, value, source)


def _put_voicemail(params: Params, phone: Phone) -> None:
    for line in phone.lines:
        if line.number > phone.model.accounts:
            continue
        number = phone.voicemail(line)
        waiting, source = f"msg.mwi.{line.number}", f"line {line.number}"
        params.put(f"{waiting}.subscribe", line.username if number else "", source)
        params.put(f"{waiting}.callBackMode", "contact" if number else "disabled", source)
        params.put(f"{waiting}.callBack", number, source)
    params.put("up.oneTouchVoiceMail", True, "server")


def _put_calls(params: Params, phone: Phone) -> None:
    """Write how calls are taken and dialled; a digit map that no file has is the factory's again."""
    code = phone.text("pickup_code")
    params.put("call.callWaiting.enable", bool(phone.setting("call_waiting")), "call_waiting")
    if (allowed := may_be_quiet(phone)) is not None:
        params.put("feature.doNotDisturb.enable", allowed, "dnd_allowed")
    if plan := dial_plan(phone):
        params.put("dialplan.digitmap", plan, "dial_plan")
    params.put("feature.directedCallPickup.enabled", True, "pickup_code")
    params.put("call.directedCallPickupMethod", "legacy" if code else "native", "pickup_code")
    params.put("call.directedCallPickupString", code, "pickup_code")


def _put_speech(params: Params, phone: Phone) -> None:
    _put_codecs(params, phone)
    stream, events, signalling = _TONES[phone.text("dtmf")]
    params.put("tone.dtmf.viaRtp", stream, "dtmf")
    params.put("tone.dtmf.rfc2833Control", events, "dtmf")
    params.put("voIpProt.SIP.dtmfViaSignaling.rfc2976", signalling, "dtmf")
    enable, offer, require = _SRTP[phone.text("srtp")]
    params.put("sec.srtp.enable", enable, "srtp")
    params.put("sec.srtp.offer", offer, "srtp")
    params.put("sec.srtp.require", require, "srtp")


def _put_codecs(params: Params, phone: Phone) -> None:
    """Write the order of codecs, 0 for those that are off.

    Not on SIP 2 and 3, which have other names for every model; and not where none of the wanted ones is known
    here, because a phone without any codec has no speech.
    """
    known = {**_CODECS, **(_OPUS if phone.model.facts.get("opus") else {})}
    wanted = [known[word] for word in phone.codecs if word in known]
    if not wanted or not is_uc_software(phone):
        return
    unwanted = [name for name in known.values() if name not in wanted]
    for name in wanted + unwanted + list(_CODECS_OFF):
        priority = wanted.index(name) + 1 if name in wanted else 0
        params.put(f"voice.codecPref.{name}", priority, "codecs")
