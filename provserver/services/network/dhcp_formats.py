"""One plan in the words of five DHCP servers; the first three are read by the programs themselves in the tests.

A phone is known by the maker's address block. What a maker's phones call themselves in option 60 differs between
models and firmwares, and few makers write it down.
"""

import json
from collections.abc import Iterable

from provserver.domain.dhcp import Maker, Option, Plan

_VENDOR_SPECIFIC = 43
_PORT_SETS = 159
"""RFC 7618, of which Kea makes what the RFC says and no text; every maker that reads 159 reads 160 or 66 too."""


def dnsmasq(plan: Plan) -> str:
    """Write a file for ``/etc/dnsmasq.d``."""
    lines = _head(plan, "# ")
    for maker in plan.makers:
        lines += ["", f"# {maker.title}"]
        lines += [f"dhcp-mac=set:provserver-{maker.name},{_colons(oui)}:*:*:*" for oui in maker.ouis]
        for option in maker.options:
            value = option.value if option.is_addresses else f'"{option.value}"'
            lines.append(f"dhcp-option=tag:provserver-{maker.name},{option.code},{value}")
    return _text(lines)


def isc(plan: Plan) -> str:
    """Write classes for ISC's ``dhcpd.conf``, outside of any subnet."""
    lines = _head(plan, "# ")
    names = {66: "tftp-server-name", _VENDOR_SPECIFIC: "vendor-encapsulated-options"}
    for option in _different(plan):
        if option.code not in names:
            names[option.code] = f"provserver-{option.code}"
            kind = "array of ip-address" if option.is_addresses else "text"
            lines.append(f"option {names[option.code]} code {option.code} = {kind};")
    for maker in plan.makers:
        tests = [f"substring(hardware, 1, 3) = {_colons(oui)}" for oui in maker.ouis]
        lines += ["", f'class "provserver-{maker.name}" {{', "  match if " + "\n    or ".join(tests) + ";"]
        for option in maker.options:
            value = option.value if option.is_addresses else f'"{option.value}"'
            lines.append(f"  option {names[option.code]} {value};")
        lines.append("}")
    return _text(lines)


def kea(plan: Plan) -> str:
    """Write client classes for Kea's ``kea-dhcp4.conf``; Kea takes comments."""
    whole = json.dumps({"Dhcp4": {"client-classes": [_kea_class(maker) for maker in plan.makers]}}, indent=2)
    return _text([*_head(plan, "// "), whole])


def _kea_class(maker: Maker) -> dict[str, object]:
    found: dict[str, object] = {
        "name": f"provserver-{maker.name}",
        "test": " or ".join(f"substring(pkt4.mac, 0, 3) == 0x{oui}" for oui in maker.ouis),
    }
    if any(option.code == _VENDOR_SPECIFIC for option in maker.options):
        # Without it Kea reads the value as sub-options, and sends an empty option.
        found["option-def"] = [{"name": "vendor-encapsulated-options", "code": _VENDOR_SPECIFIC, "type": "string"}]
    return {**found, "option-data": [_kea_option(option) for option in maker.options if option.code != _PORT_SETS]}


def _kea_option(option: Option) -> dict[str, object]:
    """Write an option by its code, as bytes: so it needs no definition, whatever this version of Kea knows."""
    if option.code == _VENDOR_SPECIFIC:
        return {"code": option.code, "data": option.value}
    if option.is_addresses:
        data = "".join(f"{int(part):02x}" for part in option.value.split("."))
    else:
        data = f"'{option.value}'"
    return {"code": option.code, "csv-format": False, "data": data}


def mikrotik(plan: Plan) -> str:
    """Write commands for RouterOS, which cannot tell makers apart by their addresses: one set for a whole network.

    Read, not run: wiki.mikrotik.com, Manual:IP/DHCP Server (the forms of a value, from 6.8 on; which set wins).
    """
    lines = _head(plan, "# ")
    chosen = _different(plan)
    odd = [
        f"# {maker.title} wants {option.code} as {option.value}: make its phones a set of their own"
        for maker in plan.makers
        for option in maker.options
        if chosen[[other.code for other in chosen].index(option.code)].value != option.value
    ]
    lines += [*odd, "", "/ip dhcp-server option"]
    for option in chosen:
        text = "" if option.is_addresses else "s"  # quoted alone, what looks like an address or a number becomes bytes
        value = option.value.replace("$", "\\$")
        lines.append(f"add name=provserver-{option.code} code={option.code} value=\"{text}'{value}'\"")
    sets = ",".join(f"provserver-{option.code}" for option in chosen)
    lines += ["/ip dhcp-server option sets", f"add name=provserver options={sets}"]
    lines += ["/ip dhcp-server network", "# put your network's address here"]
    return _text([*lines, "set [find address=192.0.2.0/24] dhcp-option-set=provserver"])


def windows(plan: Plan) -> str:
    """Write PowerShell for the DHCP server of Windows: a policy for each maker in one scope.

    Read, not run: learn.microsoft.com, Add-DhcpServerv4Policy (example 1), Set-DhcpServerv4OptionValue.
    """
    lines = [*_head(plan, "# "), "", "$scope = '192.0.2.0'  # put your scope here"]
    known = {66, _VENDOR_SPECIFIC}
    for option in _different(plan):
        if option.code not in known:
            kind = "IPv4Address -MultiValued" if option.is_addresses else "String"
            name = f"'provserver {option.code}'"
            lines.append(f"Add-DhcpServerv4OptionDefinition -OptionId {option.code} -Name {name} -Type {kind}")
    for maker in plan.makers:
        policy = f"'provserver {maker.title}'"
        blocks = ",".join(f"'{oui.upper()}*'" for oui in maker.ouis)
        lines += ["", f"Add-DhcpServerv4Policy -ScopeId $scope -Name {policy} -Condition OR -MacAddress EQ,{blocks}"]
        lines += [_windows_option(option, policy) for option in maker.options]
    return _text(lines)


def _windows_option(option: Option, policy: str) -> str:
    value = f"'{option.value}'"
    if option.code == _VENDOR_SPECIFIC:
        # Texts, as the parameter is a list of texts: PowerShell would write bare numbers in decimal.
        value = ",".join(f"'0x{byte:02X}'" for byte in option.value.encode())
    return f"Set-DhcpServerv4OptionValue -ScopeId $scope -PolicyName {policy} -OptionId {option.code} -Value {value}"


def _different(plan: Plan) -> list[Option]:
    """Give one option of each code, with the value that most makers take."""
    by_code: dict[int, list[Option]] = {}
    for option in (option for maker in plan.makers for option in maker.options):
        by_code.setdefault(option.code, []).append(option)
    return [max(options, key=options.count) for _code, options in sorted(by_code.items())]


def _head(plan: Plan, comment: str) -> list[str]:
    warnings = [f"{comment}CAREFUL: {warning}" for warning in plan.warnings]
    return [f"{comment}Phones find their provisioning server at {plan.url}", *warnings]


def _colons(oui: str) -> str:
    return ":".join(oui[place : place + 2] for place in range(0, 6, 2))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
