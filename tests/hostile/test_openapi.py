"""The API against its own description: schemathesis asks every call what fits and what does not, as every role."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from provserver.domain.roles import Right, Role
from provserver.services.access.accounts import ensure_company
from tests.access.calls import MINE
from tests.access.conftest import COMPANY, World, world
from tests.access.people import STRANGER
from tests.access.test_walk import CALLS, MAY, address_of
from tests.fakes.clock import FakeClock
from tests.hostile.conftest import LONG, Report, Size
from tests.hostile.treasure import Treasure, treasure

__all__ = ["world"]

NOBODY = "nobody"
EVERYBODY = [*(role.value for role in Role), STRANGER, NOBODY]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
]
SHOWING = re.compile(r"rendered|reveal|rotate|credentials|replace|POST /api/v1/(devices|people|lines)\b")
"""Calls that show a secret to whoever has the right."""
SEED = random.SystemRandom().randrange(2**32) if LONG else 4
"""Of everything that is made up here; the long form prints the one that it drew."""
_BRACKET = re.compile(r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>")


@dataclass
class Campaign:
    """Somebody's questions: how many, how they were answered, and what was wrong with it."""

    world: World
    who: str
    mine: Treasure
    others: Treasure
    asked: int = 0
    shown: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def rights(self) -> set[Right]:
        """Give what they may."""
        return MAY[Role.ADMIN if self.who == STRANGER else Role(self.who)] if self.who != NOBODY else set()

    def ask(self, case: Case) -> None:
        """Send one question, look at the answer, and put back what it changed."""
        _client, token, cookie = self.world.people[self.who]
        case.headers.pop("Authorization", None)
        case.cookies = {}
        cookies = {} if self.who == NOBODY else {"provserver": cookie}
        answer = WSGI_TRANSPORT.send(case, app=self.world.app, headers={"X-CSRFToken": token}, cookies=cookies)
        if case.method != "GET" and answer.status_code < 300:
            self.world.restore()
        self.asked += 1
        self.answers[answer.status_code] += 1
        for wrong in (*_against_the_description(case, answer), *self._against_secrecy(case, answer)):
            self.wrong[f"{case.operation.label}: {wrong}; asked {_told(case)}, answered {answer.status_code}"] += 1

    def _against_secrecy(self, case: Case, answer: Response) -> Iterator[str]:
        if self.who != Role.OPERATOR and (kind := self.others.inside(answer.content)):
            yield f"another company's {kind}"
        kind = self.mine.inside(answer.content)
        if Right.REVEAL in self.rights and SHOWING.search(case.operation.label):
            self.shown += 1 if kind else 0
        elif kind:
            yield f"a {kind}"


def _against_the_description(case: Case, answer: Response) -> Iterator[str]:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        yield from (f"{type(one).__name__} {one.message[:300]}" for one in group.exceptions if isinstance(one, Failure))


def _told(case: Case) -> str:
    return f"{case.method} {case.formatted_path} {dict(case.query or {})} {case.body!r}"[:600]


@pytest.fixture(scope="module")
def operations(world: World) -> list[APIOperation]:
    """Every call that the served description names."""
    client, _token, cookie = world.people[Role.OPERATOR]
    client.set_cookie("provserver", cookie)
    description = client.get("/api/v1/openapi.json").get_json()
    return [result.ok() for result in schemathesis.openapi.from_dict(description).get_all_operations()]


@pytest.mark.timeout(7200 if LONG else 300)
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_answer_is_as_described_and_tells_no_secret(
    world: World, operations: list[APIOperation], who: str, size: Size, report: Report
) -> None:
    own, foreign = (ensure_company(world.house, name) for name in (COMPANY, "Zz-foreign S.r.l."))
    mine, others = treasure(world.house, foreign), treasure(world.house, own)
    campaign = Campaign(world, who, *((others, mine) if who == STRANGER else (mine, others)))
    some = operations if LONG or who == Role.OPERATOR else operations[EVERYBODY.index(who) % 3 :: 3]
    clock, began = cast(FakeClock, world.house.clock), datetime.now(UTC)
    for operation in some:
        clock.ahead = began - datetime.now(UTC)  # who signed in a while ago would be asked for the password again
        _repeat(st.one_of(_questions(operation)), campaign.ask, size(4, 40 if who == Role.OPERATOR else 12))
    report(
        asked=campaign.asked,
        secrets_shown_to_whom_they_may=campaign.shown,
        seed=SEED,
        **{f"status_{code}": n for code, n in sorted(campaign.answers.items())},
    )
    assert not campaign.wrong, f"seed {SEED}\n" + "\n".join(text for text, _ in campaign.wrong.most_common(20))
    assert campaign.shown or who != Role.OPERATOR, "the look finds nothing where there is something"


def _questions(operation: APIOperation) -> Iterator[SearchStrategy[Case]]:
    """Give questions that fit and that do not, each about things that there are and about made-up ones."""
    names = known(operation.label)
    for mode in GenerationMode:
        yield operation.as_strategy(generation_mode=mode)
        if names:
            yield operation.as_strategy(generation_mode=mode, path_parameters=names)


def known(label: str) -> dict[str, Any]:
    """Give what stands in the brackets of a call's address so that it names things that there are."""
    wanted = re.sub(r"\{(\w+)\}", r"<\1>", label)
    key = next((key for key in CALLS if _BRACKET.sub(r"<\2>", key) == wanted), "")
    kinds = {name: kind for kind, name in _BRACKET.findall(key)}
    pattern = _BRACKET.sub(r"(?P<\2>[^/]+)", key.partition(" ")[2])
    found = re.fullmatch(pattern, address_of(key, MINE)[1]) if kinds else None
    named = found.groupdict() if found else {}
    return {name: int(text) if kinds[name] == "int" else text for name, text in named.items()}


def _repeat(cases: SearchStrategy[Case], ask: Callable[[Case], None], times: int) -> None:
    suppressed = list(HealthCheck)
    drawn = settings(max_examples=times, database=None, suppress_health_check=suppressed, phases=[Phase.generate])
    seed(SEED)(drawn(given(cases)(ask)))()
