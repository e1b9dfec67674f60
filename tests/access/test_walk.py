"""Every page and every call, asked by everybody: who may not is refused, and what is not theirs is not there."""

import re

import pytest
from werkzeug.test import TestResponse

from provserver.domain.roles import Right, Role
from tests.access.calls import CALLS as OTHERS
from tests.access.calls import ELSEWHERE, FIXED, FOREIGN, MINE, NOTHING, THINGS, Call
from tests.access.conftest import MARKS, World
from tests.access.directory_calls import DIRECTORY
from tests.access.enrolment_calls import PINS
from tests.access.people import STRANGER
from tests.access.rollout_calls import ROLLOUTS

CALLS = {**OTHERS, **DIRECTORY, **PINS, **ROLLOUTS}

MAY: dict[Role, set[Right]] = {
    Role.OPERATOR: set(Right),
    Role.ADMIN: set(Right) - {Right.OPERATE},
    Role.DEPARTMENT_ADMIN: {Right.USE, Right.KEYS, Right.READ, Right.EDIT, Right.REVEAL, Right.PEOPLE},
    Role.READER: {Right.USE, Right.READ},
    Role.USER: {Right.USE, Right.KEYS},
}
"""Written down again on purpose: a right that somebody gains in the code by mistake fails here."""

_BRACKET = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def address_of(key: str, whose: str) -> tuple[str, str]:
    """Fill the brackets of a row in with somebody's things."""
    method, _blank, rule = key.partition(" ")

    def fill(found: re.Match[str]) -> str:
        name = CALLS[key].things.get(found[1], found[1])
        return THINGS[name][whose] if name in THINGS else FIXED.get(name, name)

    address = _BRACKET.sub(fill, rule)
    return method, address.replace("{mac}", THINGS["mac"][whose])


def names_a_thing(key: str) -> bool:
    """Tell whether a row is about something that belongs to somebody."""
    return address_of(key, MINE) != address_of(key, NOTHING)


def ask(world: World, who: str, key: str, whose: str) -> TestResponse:
    """Ask for a row's address with what it sends."""
    call = CALLS[key]
    method, address = address_of(key, whose)
    return world.ask(who, method, address, call.form, call.json)


def told(answer: TestResponse, key: str, whose: str) -> tuple[int, str, str]:
    """Give what an answer tells, with the name that was asked for taken out."""
    told = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    names = {CALLS[key].things.get(name, name) for name in _BRACKET.findall(key)}
    for thing in (THINGS[name][whose] for name in names & THINGS.keys()):
        for spelling in (thing, ":".join(re.findall("..", thing))):
            told = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", "…", told, flags=re.IGNORECASE) if spelling else told
    return answer.status_code, answer.mimetype, re.sub(r'(csrf[-_]token" (content|value)=)"[^"]*"', r"\1", told)


def test_every_route_stands_in_the_table_and_the_table_names_only_routes(world: World) -> None:
    rules = world.app.url_map.iter_rules()
    routes = {f"{method} {rule.rule}" for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert routes - CALLS.keys() == set(), "add these to tests/access/calls.py with the right that they need"
    assert CALLS.keys() - routes == set(), "these are gone from the application"


@pytest.mark.parametrize("key", CALLS)
def test_nobody_comes_in_without_signing_in(world: World, key: str) -> None:
    answer = ask(world, "nobody", key, MINE)
    if CALLS[key].open:
        assert answer.status_code != 500
    elif "/api/" in key:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("key", [key for key, call in CALLS.items() if not call.open])
def test_a_role_is_let_in_where_it_has_the_right_and_nowhere_else(world: World, key: str, role: Role) -> None:
    answer = ask(world, role.value, key, MINE)
    right = CALLS[key].right
    if right is not None and right not in MAY[role]:
        assert answer.status_code == 403, answer.text
    elif CALLS[key].status:
        assert answer.status_code == CALLS[key].status, answer.text
    else:
        assert answer.status_code in {200, 201, 202, 204, 302, 303, 409}, answer.text


@pytest.mark.parametrize("who", [*Role, STRANGER])
@pytest.mark.parametrize("key", list(filter(names_a_thing, CALLS)))
def test_what_belongs_to_another_company_is_as_if_it_were_not_there(world: World, key: str, who: str) -> None:
    whose = MINE if who == STRANGER else FOREIGN
    foreign, nothing = ask(world, who, key, whose), ask(world, who, key, NOTHING)
    assert told(foreign, key, whose) == told(nothing, key, NOTHING)
    _not_there(CALLS[key], Role.ADMIN if who == STRANGER else Role(who), foreign)


@pytest.mark.parametrize("role", [Role.DEPARTMENT_ADMIN, Role.USER])
@pytest.mark.parametrize("key", list(filter(names_a_thing, CALLS)))
def test_what_belongs_to_another_department_is_as_if_it_were_not_there(world: World, key: str, role: Role) -> None:
    elsewhere, nothing = ask(world, role.value, key, ELSEWHERE), ask(world, role.value, key, NOTHING)
    assert told(elsewhere, key, ELSEWHERE) == told(nothing, key, NOTHING)
    _not_there(CALLS[key], role, elsewhere)


def _not_there(call: Call, role: Role, answer: TestResponse) -> None:
    may = call.right is None or call.right in MAY[role]
    assert answer.status_code in ({call.absent} if may else {403, 404}), answer.text


@pytest.mark.parametrize("who", [*Role, STRANGER])
@pytest.mark.parametrize("key", [key for key in CALLS if key.startswith("GET ") and "/static/" not in key])
def test_no_answer_shows_what_belongs_to_others(world: World, key: str, who: str) -> None:
    text = ask(world, who, key, MINE).get_data(as_text=True)
    if who == STRANGER:
        assert THINGS["mac"][MINE] not in text or names_a_thing(key)
        assert "Own line" not in text and "Own phone" not in text
        return
    if who != Role.OPERATOR:
        assert MARKS[FOREIGN] not in text
    assert THINGS["mac"][FOREIGN] not in text
    if who in {Role.DEPARTMENT_ADMIN, Role.USER} and not CALLS[key].everybody:
        assert MARKS[ELSEWHERE] not in text
        assert THINGS["mac"][ELSEWHERE] not in text
