"""The API of the network: who was heard, and what a DHCP server needs."""

from provserver.services.network import neighbours
from provserver.services.network.neighbours import Heard, Way
from tests.api.conftest import Program


def test_what_was_heard_is_listed_the_last_first(program: Program) -> None:
    clock = program.house.clock
    neighbours.write(
        program.house, [Heard(Way.PNP, "001565aabbcc", "192.0.2.7", clock(), "Yealink SIP-T46U 108.86.0.75")]
    )
    neighbours.write(program.house, [Heard(Way.MDNS, "", "192.0.2.8", clock())])
    found = program.get("/seen")
    assert {one["mac"] for one in found["items"]} == {"001565aabbcc", None}
    one = next(one for one in found["items"] if one["mac"])
    assert (one["vendor"], one["model"], one["address"], one["ways"]) == ("yealink", "T46U", "192.0.2.7", ["pnp"])
    assert one["last_seen"].endswith("Z") or "+00:00" in one["last_seen"]
    page = program.get("/seen?limit=1")
    assert len(page["items"]) == 1
    assert program.get(f"/seen?limit=1&cursor={page['next']}")["next"] is None


def test_a_dhcp_servers_lines_are_given(sqlite_program: Program, reader: Program) -> None:
    found = sqlite_program.get("/dhcp/dnsmasq?vendor=snom")
    assert 'dhcp-option=tag:provserver-snom,66,"http://prov.test/"' in found["text"]
    assert found["url"] == "http://prov.test/"
    assert reader.get("/dhcp/kea")["flavour"] == "kea"
    sqlite_program.get("/dhcp/bind9", 422)
    sqlite_program.get("/dhcp/isc?vendor=nobody", 422)
