"""Certificates: the authority that phones take, what the listeners show, and the makers whose phones are believed."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from provserver.doorway import actor, house
from provserver.errors import NotFound
from provserver.services.enrolment import authorities
from provserver.services.upkeep import certificates
from provserver.tls.authority import as_der
from provserver.web import presenting

pages = Blueprint("certificates", __name__)


@pages.get("/ca.pem", defaults={"old": False, "form": "pem"})
@pages.get("/ca.der", defaults={"old": False, "form": "der"})
@pages.get("/ca-old.pem", defaults={"old": True, "form": "pem"})
@pages.get("/ca-old.der", defaults={"old": True, "form": "der"})
def download(old: bool, form: str) -> Response:
    """Give the authority to phones and to anybody else: it is no secret. 404 where this server has none."""
    pem = certificates.authority(house(), old=old)
    if pem is None:
        raise NotFound("this server has no authority of its own")
    if form == "der":
        return Response(as_der(pem), content_type="application/x-x509-ca-cert")
    return Response(pem, content_type="application/x-pem-file")


@pages.get("/certificates")
def show() -> str:
    """Show the listeners' certificates and the makers' authorities."""
    return _page({}, "")


def _page(errors: dict[str, str], vendor: str) -> str:
    return render_template(
        "certificates.html",
        listeners=certificates.shown(house(), actor()),
        has_authority=certificates.authority(house()) is not None,
        has_old_authority=certificates.authority(house(), old=True) is not None,
        rows=authorities.listed(house(), actor()),
        errors=errors,
        vendor=vendor,
        now=house().clock(),
    )


@pages.post("/certificates")
def trust() -> ResponseReturnValue:
    """Trust the authorities in a file of a maker."""
    vendor, file = request.form.get("vendor", ""), request.files.get("file")
    content = file.read(authorities.LARGEST_FILE + 1) if file else b""
    problems = presenting.attempt(lambda: authorities.trust(house(), actor(), vendor, content))
    if problems:
        return _page(problems, vendor), 422
    flash(_("Saved. Phones with such a certificate are believed from now on."))
    return redirect(url_for("certificates.show"))


@pages.post("/certificates/<fingerprint>/remove")
def distrust(fingerprint: str) -> ResponseReturnValue:
    """Trust an authority no longer."""
    subject = authorities.distrust(house(), actor(), fingerprint)
    flash(_("No longer trusted: %(subject)s", subject=subject))
    return redirect(url_for("certificates.show"))
