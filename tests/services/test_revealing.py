"""Whoever is shown a secret stands in the history: at every door, and at those that are yet to be built."""

import ast
from pathlib import Path

import pytest

import provserver.services
from provserver.services.delivery import rendered
from provserver.services.enrolment import credentials
from provserver.services.history import audit
from provserver.services.inventory import devices
from provserver.services.organisation import line_passwords
from provserver.services.spreadsheet import export
from tests.services.conftest import Office

SERVICES = Path(provserver.services.__file__).parent


def _functions_that_reveal() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and "Right.REVEAL" in ast.unparse(node):
                found.append((f"{path.stem}.{node.name}", node))
    return found


def test_every_function_that_asks_for_the_right_writes_a_line() -> None:
    functions = _functions_that_reveal()
    assert {name for name, _ in functions} >= {
        "credentials.reveal",
        "devices.reveal_url",
        "export.export_table",
        "rendered.read",
    }
    for name, node in functions:
        assert "changes.commit(" in ast.unparse(node), f"{name} shows a secret and audits nothing"


@pytest.mark.parametrize("door", ["file", "address", "export", "line", "phone password"])
def test_a_secret_that_is_shown_stands_in_the_history(office: Office, door: str) -> None:
    house, actor = office.house, office.actor
    if door == "phone password":
        credentials.put(house, actor, office.yealink)
    before = audit.history(house, actor, limit=1)[0].id
    doors = {
        "file": lambda: rendered.read(house, actor, office.yealink, f"{office.yealink}.cfg", reveal=True),
        "address": lambda: devices.reveal_url(house, actor, office.yealink),
        "export": lambda: export.export_table(house, actor, secrets=True),
        "line": lambda: line_passwords.reveal(house, actor, "201"),
        "phone password": lambda: credentials.reveal(house, actor, office.yealink),
    }
    doors[door]()
    (line,) = [row for row in audit.history(house, actor) if row.id > before]
    assert "revealed" in line.what or "exported" in line.what
    assert line.actor == actor.name
