"""The network: how phones find this server, and what a DHCP server has to hand out."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from provserver.domain.dhcp import Flavour
from provserver.domain.roles import Right
from provserver.doorway import actor, house
from provserver.services.network import dhcp
from provserver.vendors.registry import get
from provserver.web import words

pages = Blueprint("network", __name__, url_prefix="/network")


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
