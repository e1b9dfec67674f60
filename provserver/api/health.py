"""What watchers ask: whether the process lives, whether it can work, and the house in figures."""

import logging
from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from provserver import __version__
from provserver.api import problems
from provserver.domain.roles import Right
from provserver.doorway import actor, has_bearer, house
from provserver.fronts import is_trusted
from provserver.services.upkeep import figures
from provserver.services.upkeep.figures import Figures

log = logging.getLogger(__name__)

looks = Blueprint("api_health", __name__)
problems.bind(looks)


@looks.get("/healthz")
def alive() -> Response:
    """Say that this process answers; asks nobody else."""
    return Response("ok\n", mimetype="text/plain")


@looks.get("/readyz")
def ready() -> Response:
    """Say whether this process can work: its database answers, with the tables of this version."""
    try:
        reason = figures.readiness(house())
    except Exception:
        log.warning("The database did not answer a readiness check", exc_info=True)
        reason = "the database does not answer"
    if reason:
        return problems.problem(HTTPStatus.SERVICE_UNAVAILABLE, reason)
    return Response("ready\n", mimetype="text/plain")


@looks.get("/metrics")
def metrics() -> Response:
    """Give the house in figures as Prometheus reads them: to a trusted network, or to an operator's token.

    They are counted in the database at each look, so that every process of every node tells the same.
    """
    if has_bearer() or not is_trusted(request.environ, house().config):
        actor().require(Right.OPERATE)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(figures.figures(house())))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _Families(Collector):
    """The figures in Prometheus's words."""

    def __init__(self, counted: Figures) -> None:
        self._counted = counted

    def collect(self) -> Iterator[Metric]:
        """Give every family once."""
        counted = self._counted
        yield InfoMetricFamily("provserver", "The version that answers.", value={"version": __version__})
        phones = GaugeMetricFamily("provserver_phones", "Phones by maker and state.", labels=["vendor", "state"])
        for (vendor, state), count in sorted(counted.phones.items()):
            phones.add_metric([vendor, state.value], count)
        yield phones
        requests = GaugeMetricFamily(
            "provserver_phone_requests_recent", "Requests of phones in the last five minutes.", labels=["verdict"]
        )
        for verdict, count in sorted(counted.requests.items()):
            requests.add_metric([verdict], count)
        yield requests
        yield GaugeMetricFamily("provserver_companies", "Companies.", value=counted.companies)
        yield GaugeMetricFamily("provserver_lines", "Lines of all companies.", value=counted.lines)
        yield GaugeMetricFamily("provserver_stale_renderings", "Files waiting to be rendered.", value=counted.stale)
        yield GaugeMetricFamily("provserver_resyncs_due", "Phones waiting to be told.", value=counted.due)
