"""The SIP accounts: one for each line, the rest of the model's switched off."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Line, Phone
from provserver.domain.secret import Secret
from provserver.domain.telephony import dial_plan
from provserver.vendors.alike import put_every_account
from provserver.vendors.base import Params
from provserver.vendors.formats.flat_text import legible

CODECS = {"pcmu": "g711u", "pcma": "g711a", "g722": "g722", "g729": "g729"}
ALL_CODECS = ("g711u", "g711a", "g726", "g722", "g729")
"""As the factory orders them; no source has a word for *none*, so the unwanted ones stay behind the wanted."""

DIAL_PLAN = "x+P"
"""Any digits, then a pause (FusionPBX)."""

LEFT_BEHIND = ("label", "display_name", "user_id", "authentication_name", "authentication_access_password")
"""What a line that was taken away must not leave in the phone."""


def put_lines(params: Params, phone: Phone) -> None:
    """Write every account of the model, so that a line taken away goes off the phone."""
    put_every_account(params, phone, _put_line, _unused)


@lru_cache(maxsize=16)
def _unused(number: int) -> Mapping[str, str | int]:
    account = f"sip_account.{number}"
    return {f"{account}.sip_account_enable": 0, **{f"{account}.{name}": "" for name in LEFT_BEHIND}}


def _put_line(params: Params, phone: Phone, line: Line) -> None:
    account, source = f"sip_account.{line.number}", f"line {line.number}"
    values: Mapping[str, str | int | Secret] = {
        "sip_account_enable": 1,
        "label": legible(line.display_name or line.extension),
        "display_name": legible(line.display_name),
        "user_id": line.username,
        "authentication_name": line.username,
        "authentication_access_password": line.password,
        **_servers(line),
        "transport_mode": line.transport,
        "mwi_enable": 1,
        "access_code_retrieve_voicemail": phone.voicemail(line),
        "nat_traversal_stun_enable": int(bool(line.stun)),
    }
    params.put_all({f"{account}.{name}": value for name, value in values.items()}, source)
    if line.stun:
        host, port = line.stun_server
        params.put(f"{account}.nat_traversal_stun_server_address", host, source)
        params.put(f"{account}.nat_traversal_stun_server_port", port, source)
    params.put(f"{account}.primary_registration_expires", phone.text("register_expires"), "register_expires")
    params.put(f"{account}.voice_encryption_enable", phone.text("srtp") != "off", "srtp")
    params.put(f"{account}.blf_remote_pickup_code", phone.text("pickup_code"), "pickup_code")
    params.put(f"{account}.access_code_direct_call_pickup", phone.text("pickup_code"), "pickup_code")
    params.put(f"{account}.access_code_group_call_pickup", phone.text("group_pickup_code"), "group_pickup_code")
    params.put(f"{account}.dial_plan", dial_plan(phone, DIAL_PLAN) or DIAL_PLAN, "dial_plan")
    params.put(f"user_pref.account.{line.number}.ringer", phone.text("ring_tone"), "ring_tone")
    params.put_all(_codecs(account, phone.codecs), "codecs")


def _servers(line: Line) -> Mapping[str, str | int]:
    host, port = line.server
    proxy, proxy_port = line.proxy
    return {
        "primary_sip_server_address": host,
        "primary_sip_server_port": port,
        "primary_registration_server_address": host,
        "primary_registration_server_port": port,
        "primary_outbound_proxy_server_address": proxy,
        "primary_outbound_proxy_server_port": proxy_port,
    }


@lru_cache(maxsize=512)
def _codecs(account: str, wanted: tuple[str, ...]) -> Mapping[str, str]:
    first = [CODECS[codec] for codec in wanted if codec in CODECS]
    ordered = first + [codec for codec in ALL_CODECS if codec not in first]
    return {f"{account}.codec_priority.{place}": codec for place, codec in enumerate(ordered, start=1)}
