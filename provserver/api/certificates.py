"""Certificates: what this server shows over TLS, and the makers' authorities that vouch for phones."""

from marshmallow import Schema, fields

from provserver.api import schemas
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.db.models import Authority
from provserver.doorway import actor, house
from provserver.services.enrolment import authorities
from provserver.services.upkeep import certificates
from provserver.services.upkeep.certificates import Shown
from provserver.tls.authority import Facts

calls = subject("certificates", "What this server shows over TLS, and whose phones it believes.")


class Certificate(Schema):
    """The certificate of one listener."""

    listener = schemas.text("Where it is shown.")
    ours = fields.Boolean(metadata={"description": "Whether this server made it."})
    subject = schemas.text()
    names = fields.List(fields.String())
    key = schemas.text()
    begins = schemas.moment()
    ends = schemas.moment()
    fingerprint = schemas.text("SHA-256 in hexadecimal.")
    authority = schemas.text("Who signed it; phones get ours from /ca.pem and /ca.der.")
    authority_fingerprint = fields.String(allow_none=True)


class MakerAuthority(Schema):
    """An authority of a maker that vouches for phones."""

    vendor = schemas.text()
    subject = schemas.text()
    fingerprint = schemas.text("SHA-256 in hexadecimal.")
    ends = schemas.moment()
    added_by = schemas.text()


class NewAuthorities(Schema):
    """Authorities to trust."""

    vendor = fields.String(required=True, metadata={"description": "The maker whose phones they sign."})
    pem = fields.String(required=True, metadata={"description": "One or several certificates, PEM."})


@call(calls, "GET", "/certificates", gives=Certificate(many=True))
def list_certificates() -> object:
    """List the certificates of the TLS listeners."""
    return [_shape(one) for one in certificates.shown(house(), actor())]


@call(calls, "POST", "/certificates/actions/renew", gives=Certificate(many=True), status=202, problems=[409])
def renew_certificates() -> object:
    """Issue the server's certificates anew; running listeners take them within seconds."""
    return [_shape(one) for one in certificates.renew(house(), actor())]


@call(calls, "GET", "/certificates/makers", gives=MakerAuthority(many=True))
def list_maker_authorities() -> object:
    """List the makers' authorities that are trusted."""
    return [_row(row) for row in authorities.listed(house(), actor())]


@call(
    calls,
    "POST",
    "/certificates/makers",
    takes=NewAuthorities,
    gives=MakerAuthority(many=True),
    status=201,
    problems=[400, 413, 415, 422],
    example={"vendor": "yealink", "pem": "-----BEGIN CERTIFICATE-----\n…"},
)
def trust_authorities() -> object:
    """Trust authorities of a maker, all or nothing; answers with those that were not trusted before."""
    body = load(NewAuthorities())
    added = {facts.fingerprint for facts in _trust(body["vendor"], body["pem"])}
    return [_row(row) for row in authorities.listed(house(), actor()) if row.fingerprint in added]


def _trust(vendor: str, pem: str) -> list[Facts]:
    return authorities.trust(house(), actor(), vendor, pem.encode("utf-8", "replace"))


@call(calls, "DELETE", "/certificates/makers/<fingerprint>", gives=None, status=204, problems=[404, 409])
def distrust_authority(fingerprint: str) -> object:
    """Trust an authority no longer."""
    authorities.distrust(house(), actor(), fingerprint)
    return ""


def _shape(one: Shown) -> dict[str, object]:
    return {**one.told(), "begins": moment(one.facts.begins), "ends": moment(one.facts.ends)}


def _row(row: Authority) -> dict[str, object]:
    return {
        "vendor": row.owner,
        "subject": row.subject,
        "fingerprint": row.fingerprint,
        "ends": moment(row.ends),
        "added_by": row.added_by,
    }
