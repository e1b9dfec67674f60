"""Read a Digium phone's three files the way the phone does, without any of the writer's code."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from provserver.domain.hardware import PhoneModel
from tests.vendors.readers import KeySeen, Reading

SAME_KINDS = {"pickup": "speed-dial", "voicemail": "speed-dial", "park": "blf"}
"""A contact is dialled, and monitored or not; what its number does, the phone does not know."""

NOTHING: KeySeen = {"kind": "none", "target": "", "label": "", "line": None}
RINGS = {("0", "Digium"): "off", ("1", "Digium"): "splash", ("1", "Techno"): "tone"}


def read_digium(files: Mapping[str, bytes], model: PhoneModel) -> Reading:
    """Follow the file to its two sheets, put accounts on the main display, and the items around them."""
    mac = next(name[:12] for name in files if re.fullmatch(r"[0-9a-f]{12}\.cfg", name))
    config = etree.fromstring(files[f"{mac}.cfg"])
    assert config.tag == "config"
    contacts = _contacts(_sheet(config.find("contacts"), files))
    items = _sheet(config.find("smart_blf/blf_items"), files).findall("smart_blf/blf_items/blf_item")
    keys: dict[str, KeySeen] = {}
    for account in config.iterfind("accounts/account[@status='1']"):
        index = int(account.attrib["index"])
        if 1 <= index <= model.blocks[0].keys:
            label = {"kind": "line", "target": "", "label": account.attrib["line_label"], "line": None}
            keys[str(index)] = label
    for name, item in _placed(items, model):
        assert name not in keys, f"the account on {name} would hide this item"
        keys[name] = NOTHING if item.get("blank") == "1" else contacts[item.attrib["contact_id"]]
    parameters = dict(_parameters(config))
    return Reading(keys, parameters.get("display_pickup_notification") == "1", _ring(items), parameters)


def _sheet(element: etree._Element | None, files: Mapping[str, bytes]) -> etree._Element:
    assert element is not None
    address = element.attrib["url"]
    name, _, version = address.rpartition("/")[2].partition("?v=")
    assert address.startswith("https://")
    assert re.fullmatch("[0-9a-f]{12}", version)
    return etree.fromstring(files[name])


def _contacts(root: etree._Element) -> dict[str, KeySeen]:
    assert root.tag == "phonebooks"
    found: dict[str, KeySeen] = {}
    for contact in root.iterfind("contacts/contact"):
        actions = {action.attrib["id"]: action.attrib["dial"] for action in contact.iterfind("actions/action")}
        watched = contact.get("subscribe_to")
        assert watched is None or f"{watched.removeprefix('sip:')}@".startswith(f"{actions['primary']}@")
        found[contact.attrib["id"]] = {
            "kind": "speed-dial" if watched is None else "blf",
            "target": actions["primary"],
            "label": contact.attrib["first_name"],
            "line": None,
        }
    return found


def _placed(items: list[etree._Element], model: PhoneModel) -> Iterator[tuple[str, etree._Element]]:
    """Name the slot of every item; one more item on the same index is on the next page."""
    seen: dict[tuple[str, int, int], int] = {}
    main = model.blocks[0].keys
    for item in items:
        location, index, node = item.attrib["location"], int(item.attrib["index"]), int(item.get("node", "0"))
        page = seen.get((location, index, node), 0)
        seen[location, index, node] = page + 1
        if location == "main":
            assert index >= 1, "the first key is the first account's"
            assert page == 0
            yield str(index), item
        elif location == "side":
            assert index < 10
            yield str(main + 1 + index + 10 * page), item
        else:
            assert (location, index < 20, page < 2) == ("expansion", True, True)
            yield f"s{node + 1}.{index + 1 + 20 * page}", item


def _ring(items: list[etree._Element]) -> str:
    rings = {
        RINGS[one.attrib["ring"], one.attrib["ringtone_id"]]
        for item in items
        for one in item.iterfind("indicators/indicator[@target_status='ringing']")
    }
    assert len(rings) <= 1
    return rings.pop() if rings else "off"


def _parameters(config: etree._Element) -> Iterator[tuple[str, str]]:
    names = [element.attrib["id"] for element in config.iterfind("setting")]
    assert len(names) == len(set(names)), "a setting is written twice"
    for element in config.iterfind("setting"):
        for attribute, value in element.attrib.items():
            if attribute != "id":
                yield element.attrib["id"] + ("" if attribute == "value" else f".{attribute}"), value
    for account in config.iterfind("accounts/account"):
        yield from _account(f"account.{account.attrib['index']}", account)


def _account(prefix: str, element: etree._Element) -> Iterator[tuple[str, str]]:
    for attribute, value in element.attrib.items():
        if attribute != "index":
            yield f"{prefix}.{attribute}", value
    for child in element:
        yield from _account(f"{prefix}.{child.tag}", child)
