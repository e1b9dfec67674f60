"""What watchers ask, and how the API describes itself."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from provserver import __version__
from provserver.api import problems
from provserver.config import networks
from provserver.crypto import Keyring
from provserver.db.session import Database
from provserver.domain.requests import PhoneRequest, Reply, Verdict
from provserver.domain.roles import Role
from provserver.services import opening
from provserver.services.access import accounts
from provserver.services.delivery import sightings
from provserver.services.house import House
from tests.api.conftest import COMPANY, POLY, YEALINK, Program, build


def test_a_living_process_says_so_even_without_a_database(sqlite_house: House, keyring: Any) -> None:
    gone = House(Database("sqlite:////proc/nowhere.db", keyring), sqlite_house.config)
    client = build(gone).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.content_type == problems.TYPE


def test_readiness_wants_the_tables_of_this_version(program: Program) -> None:
    assert program.client.get("/readyz").status_code == 200
    with program.house.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert "version" in program.client.get("/readyz").get_json()["detail"]


def test_readiness_wants_the_keys_of_what_is_stored(sqlite_program: Program, tmp_path: Path) -> None:
    house = sqlite_program.house
    assert opening.knows_its_secrets(house.database)
    house.database.keyring = Keyring.open_or_create(tmp_path / "another.key")
    assert "keys" in sqlite_program.ask("GET", "//readyz").get_json()["detail"]


def test_metrics_count_phones_and_requests(program: Program) -> None:
    request, reply = PhoneRequest("GET", f"{POLY}.cfg", "127.0.0.1"), Reply(200, Verdict.SERVED)
    sightings.write(program.house.database, [sightings.Sighting(1, request, reply, program.house.clock())])
    answer = program.client.get("/metrics")
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain; version=0.0.4")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }
    assert samples["provserver_info", __version__] == 1
    assert samples["provserver_lines",] == 4 and samples["provserver_companies",] == 1
    assert sum(value for name, value in samples.items() if name[0] == "provserver_phones") == 2
    assert samples["provserver_phone_requests_recent", "served"] == 1
    assert samples["provserver_stale_renderings",] == 0 and samples["provserver_resyncs_due",] == 0
    assert not [
        word for word in (COMPANY, "Rossi", POLY, YEALINK, "sip-secret") if word in answer.get_data(as_text=True)
    ]


def test_metrics_are_for_trusted_networks_and_operators(sqlite_program: Program) -> None:
    outside = {"REMOTE_ADDR": "203.0.113.9"}
    client = sqlite_program.client
    assert client.get("/metrics", environ_base=outside).status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    assert sqlite_program.ask("GET", "//metrics", environ_base=outside).status_code == 200
    token = accounts.add_token(sqlite_program.house, "reading", Role.READER, COMPANY)
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    proxied = replace(sqlite_program.house.config, trusted_proxies=networks("127.0.0.1"))
    behind = build(House(sqlite_program.house.database, proxied)).test_client()
    assert behind.get("/metrics", headers={"X-Forwarded-For": "127.0.0.9"}).status_code == 200


@pytest.fixture
def description(sqlite_program: Program) -> Any:
    """The OpenAPI document, which needs no token."""
    return sqlite_program.client.get("/api/v1/openapi.json").get_json()


def test_every_call_is_described(sqlite_program: Program, description: Any) -> None:
    assert description["openapi"].startswith("3.1")
    described = {
        (path, method.upper())
        for path, operations in description["paths"].items()
        for method in operations.keys() & {"get", "post", "patch", "delete"}
    }
    rules = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method)
        for rule in sqlite_program.client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith(("openapi.json", "<_name>"))
        for method in (rule.methods or set()) & {"GET", "POST", "PATCH", "DELETE"}
    }
    assert described == rules and len(described) >= 28


def test_the_description_is_whole(description: Any) -> None:
    text_of_it = json.dumps(description)
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text_of_it)):
        found = description
        for part in reference.split("/"):
            found = found[part]
    identifiers = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if method not in {"get", "post", "patch", "delete"}:
                continue
            identifiers.append(operation["operationId"])
            assert operation["summary"] and operation["tags"]
            assert {"401", "403", "500"} <= operation["responses"].keys()
            dry = [item for item in operation["parameters"] if item["name"] == "dry_run"]
            assert not dry or {"200", "202"} <= operation["responses"].keys()
            assert (method in {"post", "patch"}) == ("requestBody" in operation) or re.search(
                "/actions/|/acknowledge$|/rollouts/{number}/|/undo$", path
            )
    assert len(identifiers) == len(set(identifiers))
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    problem = description["components"]["responses"]["Problem422"]
    assert list(problem["content"]) == ["application/problem+json"]


PAIRS = [
    ("/models", "/models"),
    ("/models/poly/VVX301", "/models/{vendor}/{model}"),
    ("/lines", "/lines"),
    ("/lines/201", "/lines/{extension}"),
    ("/departments", "/departments"),
    ("/directory", "/directory"),
    ("/devices", "/devices"),
    (f"/devices/{POLY}", "/devices/{mac}"),
    (f"/devices/{POLY}/keys", "/devices/{mac}/keys"),
    (f"/devices/{POLY}/settings", "/devices/{mac}/settings"),
    (f"/devices/{POLY}/rendered/{POLY}.cfg/parameters", "/devices/{mac}/rendered/{file}/parameters"),
    ("/changes", "/changes"),
]


@pytest.mark.parametrize(("path", "described"), PAIRS)
def test_answers_have_the_described_shape(sqlite_program: Program, description: Any, path: str, described: str) -> None:
    sqlite_program.post("/departments", {"name": "Sales"})
    operation = description["paths"][f"/api/v1{described}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    check(sqlite_program.get(path), schema, description, path)


NAMES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    dict: "object",
    list: "array",
}


def check(value: Any, schema: Any, whole: Any, where: str) -> None:
    """Check a value against as much of JSON Schema as our description uses; unknown members are mistakes."""
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if (one == {"type": "null"}) == (value is None))
        return check(value, schema, whole, where)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    assert not kinds or NAMES[type(value)] in kinds, (where, value, kinds)
    if isinstance(value, dict) and ("properties" in schema or "additionalProperties" in schema):
        more = schema.get("additionalProperties")
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, more)
            assert inner is not None, f"{where}.{name} is not described"
            check(item, inner, whole, f"{where}.{name}")
        missing = set() if more else schema["properties"].keys() - value.keys()
        assert not missing or schema.get("required") or "kind" in value, (where, missing)
    if isinstance(value, list) and "items" in schema:
        for item in value:
            check(item, schema["items"], whole, f"{where}[]")
    if "enum" in schema:
        assert value in schema["enum"], (where, value)
    return None


def test_the_pages_need_no_inline_script(sqlite_program: Program) -> None:
    for path in ("/api/docs", "/api/docs/"):
        page = sqlite_program.client.get(path).get_data(as_text=True)
        assert "<script>" not in page and "style=" not in page
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        answer = sqlite_program.client.get(address)
        assert answer.status_code == 200 and answer.content_length
        answer.close()
    assert sqlite_program.client.get("/api/docs/assets/oauth2-redirect.html").status_code == 404
    assert sqlite_program.client.get("/api/docs/assets/..%2f__init__.py").status_code == 404
