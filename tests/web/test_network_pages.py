"""Seen on the network and Network set-up: what they show, whom they offer, and what a stranger's words become."""

import html
import re
from dataclasses import replace

from provserver.services.network import neighbours
from provserver.services.network.neighbours import Heard, Way
from tests.web.conftest import HOSTILE, Site


def hear(site: Site, mac: str = "001565aabbcc", said: str = "Yealink SIP-T46U 108.86.0.75", **other: object) -> None:
    """Have somebody say something."""
    heard = Heard(Way.PNP, mac, "192.0.2.7", site.house.clock(), said)
    neighbours.write(site.house, [replace(heard, **other)])  # type: ignore[arg-type]


def test_a_phone_that_was_heard_is_adopted_with_one_click(site: Site) -> None:
    hear(site)
    page = site.get("/seen").text
    assert "Yealink" in page
    assert "00:15:65:AA:BB:CC" in page
    link = re.search(r'href="(/phones/new[^"]+)"', page)
    assert link is not None
    form = site.get(html.unescape(link[1])).text
    assert 'value="192.0.2.7"' in form
    assert 'value="00:15:65:AA:BB:CC"' in form
    assert '<option value="yealink/T46U" selected>' in form


def test_what_strangers_say_is_only_text(site: Site) -> None:
    hear(site, said=HOSTILE)
    hear(site, mac="", said="x", way=Way.MDNS)
    page = site.get("/seen").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "not told" in page


def test_an_empty_list_says_what_it_is_for(site: Site) -> None:
    assert "Nobody knocked in vain" in site.get("/seen").text


def test_the_set_up_is_shown_for_each_program_and_maker(site: Site) -> None:
    page = site.get("/network/setup").text
    assert "dhcp-mac=set:provserver-snom,00:04:13:*:*:*" in page
    kea = site.get("/network/setup?for=kea&maker=yealink")
    assert "substring(pkt4.mac, 0, 3)" in kea.text
    assert "provserver-snom" not in kea.text
    text = site.get("/network/setup?for=isc&format=text")
    assert text.mimetype == "text/plain"
    assert text.text.startswith("# Phones find their provisioning server at http://prov.test/\n")
    assert site.get("/network/setup?for=bind9").status_code == 404
    assert site.get("/network/setup?maker=nobody").status_code == 404


def test_strangers_see_neither(stranger: Site) -> None:
    for path in ("/seen", "/network/setup", "/network/setup?format=text"):
        assert stranger.get(path).status_code == 302
