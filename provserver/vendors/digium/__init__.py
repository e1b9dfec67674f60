"""Digium D and Sangoma P: a file of settings and accounts that names two sheets, of contacts and of their keys."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import File, Params
from provserver.vendors.digium.keys import contacts, items, put_keys
from provserver.vendors.digium.lines import put_lines
from provserver.vendors.digium.settings import (
    put_clock,
    put_firmware,
    put_monitoring,
    put_network,
    put_password,
    put_server,
)
from provserver.vendors.formats.xml_nested import CONTENT_TYPE, cannot_carry, document, node

__all__ = ["cannot_carry", "files"]

Tree = dict[str, "str | Tree"]


def files(phone: Phone) -> list[File]:
    """Render the phone's file and the two sheets that it names."""
    keys = put_keys(phone)
    who = f"Digium {phone.model.title} {phone.mac} {phone.description}".strip()
    sheets = {
        "contacts": document(contacts(phone, keys), f"{who}: contacts"),
        "smartblf": document(items(phone, keys), f"{who}: keys"),
    }
    params = parameters(phone, keys, sheets)
    written = keys.as_dict()
    return [
        File(f"{phone.mac}.cfg", CONTENT_TYPE, document(_config(params), who), params.as_dict()),
        *(File(f"{phone.mac}-{name}.xml", CONTENT_TYPE, body, written) for name, body in sheets.items()),
    ]


def parameters(phone: Phone, keys: Params, sheets: Mapping[str, bytes]) -> Params:
    """Give every parameter of the phone's own file, the free ones laid over the rest."""
    params = Params()
    put_server(params, phone)
    put_password(params, phone)
    put_network(params, phone)
    put_clock(params, phone)
    put_monitoring(params, phone, sum(name.endswith(".subscribe_to") for name, _ in keys.items()))
    for name, body in sheets.items():
        params.put(f"sheet.{name}", Secret(_address(phone, name, body)), "server")
    put_firmware(params, phone)
    put_lines(params, phone)
    return params.merge(phone)


def _address(phone: Phone, sheet: str, body: bytes) -> str:
    """Give the address of a sheet, with a mark of what is in it: a changed sheet is another address to the phone."""
    return f"{phone.provisioning_url}{phone.mac}-{sheet}.xml?v={sha256(body).hexdigest()[:12]}"


def _config(params: Params) -> str:
    settings: dict[str, dict[str, str]] = {}
    accounts: dict[str, Tree] = {}
    sheets: dict[str, str] = {}
    for name, parameter in params.items():
        head, _, rest = name.partition(".")
        if head == "account":
            index, _, field = rest.partition(".")
            _plant(accounts.setdefault(index, {"index": index}), field, parameter.value)
        elif head in {"sheet", "firmware"}:
            sheets[name] = parameter.value
        else:
            settings.setdefault(head, {"id": head})[rest or "value"] = parameter.value
    return node("config", {}, [*(node("setting", one) for one in settings.values()), *_rest(accounts, sheets)])


def _rest(accounts: Mapping[str, Tree], sheets: Mapping[str, str]) -> Iterator[str]:
    yield node("accounts", {}, (_element("account", account) for account in accounts.values()))
    yield node("contacts", {"url": sheets["sheet.contacts"], "id": "keys"})
    yield node("smart_blf", {}, [node("blf_items", {"url": sheets["sheet.smartblf"]})])
    if image := {name.partition(".")[2]: value for name, value in sheets.items() if name.startswith("firmware.")}:
        yield node("firmwares", {}, [node("firmware", image)])


def _plant(tree: Tree, path: str, value: str) -> None:
    head, _, rest = path.partition(".")
    if not rest:
        tree[head] = value
        return
    branch = tree.setdefault(head, {})
    if isinstance(branch, dict):
        _plant(branch, rest, value)


def _element(name: str, tree: Tree) -> str:
    attributes = {key: value for key, value in tree.items() if isinstance(value, str)}
    children = [_element(key, value) for key, value in tree.items() if isinstance(value, dict)]
    return node(name, attributes, children)
