"""The network: phones that nobody has added yet, and what a DHCP server has to hand out."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from provserver.domain.dhcp import Flavour
from provserver.domain.mac import format_mac
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.services import dhcp
from provserver.services import seen as service
from provserver.services.seen import Seen
from provserver.vendors.registry import get
from provserver.web import words

pages = Blueprint("network", __name__, url_prefix="/network")
PER_PAGE = 100


@pages.get("/seen")
def seen() -> str:
    """Show who was heard and is nobody's phone yet."""
    found = service.seen(house(), actor())
    last = max(1, -(-len(found) // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    return render_template(
        "network/seen.html",
        rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(found),
        page=page,
        pages=last,
        ways=words.WAYS_SEEN,
        discovery=house().config.discovery,
        adopt=_adopt,
        address=lambda **other: url_for("network.seen", **other),
    )


def _adopt(row: Seen) -> str:
    """Give the address of the form for a phone, filled in as far as it is known."""
    known = {"mac": format_mac(row.mac) if row.mac else "", "model": f"{row.vendor}/{row.model}" if row.model else ""}
    return url_for("phones.new") + "?" + urlencode({name: value for name, value in known.items() if value})


@pages.get("/setup")
def setup() -> ResponseReturnValue:
    """Show what to put into a DHCP server, for the program and the maker that the address names."""
    actor().require(Right.READ)
    flavour, vendor = request.args.get("for", Flavour.DNSMASQ.value), request.args.get("maker", "")
    if flavour not in list(Flavour) or (vendor and get(vendor) is None):
        abort(404)
    config = house().config
    text = dhcp.snippet(config, flavour, vendor)
    if request.args.get("format") == "text":
        headers = {"Content-Disposition": f'attachment; filename="provserver-{flavour}.txt"'}
        return text, 200, {"Content-Type": "text/plain; charset=utf-8", **headers}
    return render_template(
        "network/setup.html",
        text=text,
        flavour=flavour,
        vendor=vendor,
        flavours=words.DHCP_FLAVOURS,
        places=words.DHCP_PLACES,
        warnings=dhcp.warnings(config),
        config=config,
        plan=dhcp.plan(config, vendor),
    )
