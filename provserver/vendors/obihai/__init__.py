"""Obihai: OBi phones and adapters, and VVX phones of the OBi Edition; one XML file of objects and parameters."""

from collections.abc import Iterator
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import File, Params, gathered
from provserver.vendors.formats import xml_elements
from provserver.vendors.formats.xml_elements import cannot_carry, element
from provserver.vendors.obihai.keys import put_keys
from provserver.vendors.obihai.lines import FLAGS, put_lines
from provserver.vendors.obihai.services import put_services

__all__ = ["cannot_carry", "files"]

UPDATE = "X_DeviceManagement.FirmwareUpdate"
PROVISIONING = "X_DeviceManagement.ITSPProvisioning"
WITHIN = 60
"""Minutes after the hour within which the phone draws its moment to ask."""


def files(phone: Phone) -> list[File]:
    """Render the one file of the phone; its name stands in full in the address that the phone is given."""
    params = parameters(phone)
    about = f"Obihai {phone.model.title} {phone.mac} {phone.description}".strip()
    body = xml_elements.document("ParameterList", _objects(params), about)
    return [File(f"{phone.mac}.xml", xml_elements.CONTENT_TYPE, body, params.as_dict())]


def parameters(phone: Phone) -> Params:
    """Give every parameter of the phone, the free ones laid over the rest."""
    return gathered(
        (put_server, put_firmware, put_passwords, put_network, put_services, put_lines, put_keys), phone
    ).merge(phone)


def put_server(params: Params, phone: Phone) -> None:
    """Write where the phone asks, and whether once a day or only as it starts (OBi1032 guide, page 237)."""
    hour = int(phone.text("poll_hour"))
    address = Secret(f"{phone.provisioning_url}{phone.mac}.xml")
    params.put(f"{PROVISIONING}.ConfigURL", address, "server")
    params.put(f"{PROVISIONING}.Method", "Time Of Day" if phone.setting("poll") else "System Start", "poll")
    params.put(f"{PROVISIONING}.TimeofDay", f"{hour:02d}:00+{WITHIN}", "poll_hour")


def put_firmware(params: Params, phone: Phone) -> None:
    """Write where the chosen image lies, and that the phone looks there as it starts (OBi1032 guide, page 237)."""
    if phone.firmware_name:
        params.put(f"{UPDATE}.Method", "System Start", "firmware")
        params.put(f"{UPDATE}.FirmwareURL", Secret(phone.firmware_url), "firmware")


def put_passwords(params: Params, phone: Phone) -> None:
    """Write the passwords of the phone's own pages; an unset one is left as it is."""
    for person in ("admin", "user"):
        if password := phone.secret(f"{person}_password"):
            params.put(f"X_DeviceManagement.WebServer.{person.title()}Password", password, f"{person}_password")


def put_network(params: Params, phone: Phone) -> None:
    """Write the VLAN, LLDP, the time server, and call waiting where the device is a phone."""
    vlan = int(phone.text("vlan"))
    params.put("DeviceInfo.WAN.VLANEnable", FLAGS[bool(vlan)], "vlan")
    params.put("DeviceInfo.WAN.VLANID", vlan or "", "vlan")
    params.put("DeviceInfo.WAN.LLDP-MED", FLAGS[bool(phone.setting("lldp"))], "lldp")
    params.put("DeviceInfo.Time.NTPServer1", phone.time_server, "ntp_server")
    if phone.model.slots:
        waiting = FLAGS[bool(phone.setting("call_waiting"))]
        params.put("VoiceService.1.Phone.CallingFeatures.CallWaitingEnable", waiting, "call_waiting")


def _objects(params: Params) -> Iterator[tuple[str, list[str]]]:
    """Put parameters under their objects; an object's name ends with a dot (sheet, pitfall 9)."""
    objects: dict[str, list[str]] = {}
    for name, parameter in params.items():
        path, _, last = name.rpartition(".")
        rows = objects.setdefault(path, [element("Name", f"{path}.")])
        rows.append((_written if parameter.secret else _remembered)(last, parameter.value))
    return (("Object", rows) for rows in objects.values())


def _written(name: str, value: str) -> str:
    return f"<ParameterValueStruct>{element('Name', name)}{element('Value', value)}</ParameterValueStruct>"


_remembered = lru_cache(maxsize=16384)(_written)
"""What is the same on phone after phone, written once; a secret is never kept here."""
