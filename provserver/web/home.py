"""The first page: the three sections of the menu with their counts, what needs a look, and the first steps."""

from collections import Counter

from flask import Blueprint, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from provserver.domain.roles import Right
from provserver.domain.state import State
from provserver.doorway import actor, house
from provserver.services.history import audit
from provserver.services.inventory import devices
from provserver.services.organisation import directory
from provserver.services.pushing import progress
from provserver.web import fleet

pages = Blueprint("home", __name__)
HITS = 20
"""What a search shows of each kind; the lists show the rest."""
ALL = 100_000
"""More than any company has; lists are cut into pages only when they are shown."""


@pages.get("/")
def show() -> ResponseReturnValue:
    """Show the sections with their counts; who has only phones of their own is led to them."""
    who = actor()
    if not who.may(Right.READ):
        return _own_phones()
    standings = fleet.standings()
    states = Counter(standing.state for standing in standings)
    counts = {
        "phones": len(standings),
        "lines": len(directory.find_lines(house(), who, limit=ALL)),
        "groups": Counter(group.kind for group in directory.groups(house(), who)),
        "departments": len(directory.departments(house(), who)),
        "short_codes": len(directory.short_codes(house(), who)),
    }
    troubled = [standing for standing in standings if standing.state is State.FAILED][:5]
    changes = audit.history(house(), who, limit=6)
    return render_template("home.html", counts=counts, states=states, troubled=troubled, changes=changes)


def _own_phones() -> ResponseReturnValue:
    mine = devices.find_devices(house(), actor(), limit=2)
    alone = len(mine) == 1
    return redirect(url_for("phone.show", mac=mine[0].mac) if alone else url_for("phones.show"))


@pages.get("/search")
def search() -> str:
    """Find phones and lines by name, number, extension, address or label."""
    wanted = request.args.get("q", "").strip()
    who = actor()
    who.require(Right.READ)
    phones = devices.find_devices(house(), who, search=wanted, limit=HITS + 1) if wanted else []
    lines = directory.find_lines(house(), who, search=wanted, limit=HITS + 1) if wanted else []
    standings = progress.standings(house(), who, phones) if phones else []
    return render_template("search.html", wanted=wanted, standings=standings, lines=lines, most=HITS)


@pages.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    """Give the little picture that browsers ask for."""
    return send_from_directory("static", "icon.svg", mimetype="image/svg+xml")
