"""What DHCP servers are given: right for each maker, and nothing that a text could break."""

from dataclasses import replace

import pytest

from provserver.config import Config
from provserver.domain.dhcp import Flavour
from provserver.errors import Invalid
from provserver.services.network import dhcp
from provserver.vendors.registry import vendors

CONFIG = Config(public_url="http://192.0.2.10:8080", tftp_bind="0.0.0.0:69")
URL = "http://192.0.2.10:8080/"


def options(vendor: str, config: Config = CONFIG) -> dict[int, str]:
    """Give a maker's options by their codes."""
    (maker,) = dhcp.plan(config, vendor).makers
    return {option.code: option.value for option in maker.options}


@pytest.mark.parametrize(
    ("vendor", "codes"),
    [
        ("poly", [160, 66]),
        ("yealink", [66, 43]),
        ("gigaset", [114, 66]),
        ("panasonic", [160, 159, 66]),
        ("snom", [66]),
        ("digium", [66]),
        ("cisco", [160, 159, 66, 150]),
    ],
)
def test_each_maker_has_its_own_options(vendor: str, codes: list[int]) -> None:
    assert list(options(vendor)) == codes


def test_an_address_that_needs_a_file_has_one() -> None:
    assert options("fanvil")[66] == URL + "$mac.cfg"
    assert options("yealink")[66] == URL


def test_hosts_for_tftp_are_only_told_where_it_is_answered() -> None:
    assert options("cisco") == {160: URL, 159: URL, 66: "192.0.2.10", 150: "192.0.2.10"}
    assert options("cisco", replace(CONFIG, tftp_bind="")) == {160: URL, 159: URL}
    assert options("cisco", replace(CONFIG, tftp_bind="0.0.0.0:6969")) == {160: URL, 159: URL}
    assert 150 not in options("cisco", replace(CONFIG, public_url="http://prov.example.com"))
    assert options("cisco", replace(CONFIG, tftp_bind="192.0.2.3:69"))[150] == "192.0.2.3"


@pytest.mark.parametrize("flavour", list(Flavour))
def test_every_maker_stands_in_every_text(flavour: Flavour) -> None:
    text = dhcp.snippet(CONFIG, flavour)
    for maker in vendors().values():
        oui = min(maker.rules.ouis)
        spellings = (oui, oui.upper(), ":".join(oui[place : place + 2] for place in (0, 2, 4)))
        assert flavour is Flavour.MIKROTIK or any(spelling in text for spelling in spellings), maker.name
    assert text.endswith("\n")
    assert "CAREFUL" not in text


def test_an_address_that_no_phone_reaches_is_said() -> None:
    for config in (Config(), Config(bind="0.0.0.0:8080")):
        assert "CAREFUL" in dhcp.snippet(config, "dnsmasq", "snom")


@pytest.mark.parametrize(("flavour", "vendor"), [("bind9", ""), ("isc", "nobody"), ("", "")])
def test_what_is_not_known_is_refused(flavour: str, vendor: str) -> None:
    with pytest.raises(Invalid):
        dhcp.snippet(CONFIG, flavour, vendor)


def test_routeros_and_windows_say_the_same_as_bytes_and_text() -> None:
    text = dhcp.snippet(CONFIG, "mikrotik", "fanvil")
    assert "code=66 value=\"s'http://192.0.2.10:8080/\\$mac.cfg'\"" in text
    assert "code=150 value=\"'192.0.2.10'\"" in dhcp.snippet(CONFIG, "mikrotik", "cisco")
    assert "# Fanvil wants 66 as" in dhcp.snippet(CONFIG, "mikrotik")
    script = dhcp.snippet(CONFIG, "windows", "yealink")
    assert f"-OptionId 66 -Value '{URL}'" in script
    assert "-OptionId 43 -Value '0x68','0x74','0x74','0x70'," in script
