"""The same thing sent by several programs at the same moment: one gets it, the others hear that it is taken."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import Program


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/devices", {"mac": "64167f000001", "vendor": "poly", "model": "VVX301"}),
        ("/lines", {"extension": "301", "name": "Zoe"}),
        ("/departments", {"name": "Sales"}),
    ],
)
def test_one_of_several_at_once_is_added(program: Program, path: str, body: dict[str, Any]) -> None:
    app = program.client.application

    def add(_: int) -> int:
        other = Program(app.test_client(), program.token, program.house, program.actor, {})
        return other.ask("POST", path, body).status_code

    for _ in range(3):
        with ThreadPoolExecutor(6) as pool:
            statuses = Counter(pool.map(add, range(6)))
        assert set(statuses) <= {201, 409}, statuses
    assert statuses == {409: 6}
