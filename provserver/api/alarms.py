"""Alarms, and the locks that follow from them."""

from flask import request

from provserver.api import alarm_schemas, paging
from provserver.api.bodies import flag
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.db.models import Alarm, Source
from provserver.doorway import actor, house
from provserver.services.guarding import alarms, sources
from provserver.services.inventory import claims

calls = subject("alarms", "What looks as if a phone's secret were in other hands.")


@call(calls, "GET", "/alarms", gives=listed(alarm_schemas.Alarm), query=[alarm_schemas.AlarmQuery], problems=[404, 422])
def list_alarms() -> tuple[object, dict[str, str]]:
    """List the alarms that nobody has acknowledged, newest first; with `all=1` the others too."""
    rows = alarms.alarms(
        house(), actor(), everything=flag("all"), mac=request.args.get("device", ""), limit=paging.limit() + 1,
        after=paging.cursor(), search=paging.search(),
    )  # fmt: skip
    return paging.page(rows, _alarm, lambda row: row.id)


def _alarm(row: Alarm) -> dict[str, object]:
    return {
        "id": row.id,
        "mac": row.device.mac,
        "kind": row.kind,
        "detail": row.detail,
        "count": row.count,
        "first_at": moment(row.first_at),
        "last_at": moment(row.last_at),
        "acknowledged_at": moment(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by,
        "locked": row.device.locked_at is not None,
    }


@call(calls, "POST", "/alarms/<int:number>/acknowledge", gives=None, status=204, problems=[404])
def acknowledge_alarm(number: int) -> None:
    """Say that somebody looked at an alarm; audited."""
    alarms.acknowledge(house(), actor(), number)


@call(calls, "GET", "/sources", gives=listed(alarm_schemas.Source), query=[Search], problems=[422])
def list_sources() -> tuple[object, dict[str, str]]:
    """List where guesses came from, the latest first: all for operators, else those that the company's phones use."""
    return paging.searched(sources.sources(house(), actor(), paging.MOST), _source)


def _source(row: Source) -> dict[str, object]:
    under_way = bool(row.level) and row.until is not None and row.until > house().clock()
    return {
        "source": row.name,
        "address": row.address,
        "trusted": row.trusted,
        "misses": row.misses,
        "tokens": row.tokens,
        "level": row.level if under_way else "",
        "until": moment(row.until) if under_way else None,
        "first_at": moment(row.first_at),
        "last_at": moment(row.last_at),
    }


@call(calls, "DELETE", "/sources/<path:name>", gives=None, status=204, problems=[404])
def lift_source(name: str) -> None:
    """Let a source off: it counts from nothing again; audited."""
    sources.lift(house(), actor(), name)


@call(calls, "POST", "/devices/<mac>/actions/lock", gives=alarm_schemas.Lock, problems=[404, 422])
def lock(mac: str) -> object:
    """Lock a phone: it gets 404 everywhere, by its token too."""
    return _lock(mac, True)


@call(calls, "POST", "/devices/<mac>/actions/unlock", gives=alarm_schemas.Lock, problems=[404, 422])
def unlock(mac: str) -> object:
    """Unlock a phone."""
    return _lock(mac, False)


def _lock(mac: str, locked: bool) -> dict[str, object]:
    device = alarms.set_lock(house(), actor(), mac, locked=locked)
    return {"mac": device.mac, "locked_at": moment(device.locked_at), "locked_why": device.locked_why}


@call(calls, "GET", "/claims", gives=listed(alarm_schemas.Claim), query=[Search], problems=[422])
def list_claims() -> tuple[object, dict[str, str]]:
    """List phones that somebody wanted to add although others have them, newest first; for operators."""
    return paging.searched(claims.claims(house(), actor()), _claim)


def _claim(row: claims.Listed) -> dict[str, object]:
    return {
        "mac": row.mac,
        "wanted_by": row.wanted_by,
        "actor": row.claim.actor,
        "belongs_to": row.had_by,
        "count": row.claim.count,
        "first_at": moment(row.claim.first_at),
        "last_at": moment(row.claim.last_at),
    }
