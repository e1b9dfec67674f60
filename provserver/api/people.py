"""Administrators and users, through the API."""

from provserver.api import access_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import PREFIX, call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.domain.roles import Role
from provserver.doorway import actor, house
from provserver.services.access import linking, people
from provserver.services.access.people import Listed, NewPerson

calls = subject("people", "Who may sign in, with which role, for which departments or line.")

_BODY = [400, 404, 409, 413, 415, 422]


@call(calls, "GET", "/people", gives=listed(schemas.Person), query=[Search], problems=[422])
def list_people() -> tuple[object, dict[str, str]]:
    """List whom one looks after, by name."""
    return paging.sliced(people.find(house(), actor(), paging.search()), _shape)


@call(
    calls,
    "POST",
    "/people",
    takes=schemas.NewPerson,
    gives=schemas.AddedPerson,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"role": "user", "extension": "201"},
)
def add_person() -> tuple[object, dict[str, str]]:
    """Add somebody; the answer holds a made password, this once."""
    body = load(schemas.NewPerson())
    given = body.get("password", "")
    new = NewPerson(
        body.get("name", ""),
        Role(body.get("role", Role.USER)),
        tuple(body.get("departments", ())),
        body.get("extension", ""),
    )
    person, password = people.add(house(), actor(), new, given)
    shown = {} if given else {"password": password}
    return {**_shape(person), **shown}, {"Location": f"{PREFIX}/people/{person.name}"}


@call(calls, "GET", "/people/<name>", gives=schemas.Person, problems=[404])
def get_person(name: str) -> object:
    """Give one of them."""
    return _shape(people.get(house(), actor(), name))


@call(
    calls,
    "PATCH",
    "/people/<name>",
    takes=schemas.PersonChange,
    gives=schemas.Person,
    problems=_BODY,
    example={"role": "admin"},
)
def change_person(name: str) -> object:
    """Change role, departments or line."""
    body = load(schemas.PersonChange())
    role = Role(body["role"]) if "role" in body else None
    wanted = {"departments": body.get("departments"), "extension": body.get("extension")}
    return _shape(people.change(house(), actor(), name, role=role, **wanted))


@call(calls, "DELETE", "/people/<name>", gives=None, status=204, problems=[404, 409])
def remove_person(name: str) -> None:
    """Remove somebody, with their sessions."""
    people.remove(house(), actor(), name)


@call(calls, "POST", "/people/<name>/actions/unlock", gives=schemas.Person, problems=[404])
def unlock_person(name: str) -> object:
    """Unlock a profile after too many wrong passwords."""
    return _shape(people.unlock(house(), actor(), name))


@call(
    calls,
    "POST",
    "/people/<name>/password",
    takes=schemas.PasswordReset,
    gives=schemas.NewSecret,
    problems=_BODY,
    example={"link": True},
)
def reset_password(name: str) -> object:
    """Make a new password, or a link where they choose one; shown this once."""
    if load(schemas.PasswordReset()).get("link"):
        return {"password": None, "link": people.password_link(house(), actor(), name)}
    return {"password": people.reset_password(house(), actor(), name), "link": None}


@call(calls, "DELETE", "/people/<name>/sessions", gives=None, status=204, problems=[404])
def end_sessions(name: str) -> None:
    """Sign somebody out everywhere."""
    people.sign_out(house(), actor(), name)


@call(calls, "DELETE", "/people/<name>/second-factor", gives=None, status=204, problems=[404])
def remove_second_factor(name: str) -> None:
    """Take a lost second factor away, and end their sessions."""
    people.forget_second_factor(house(), actor(), name)


@call(
    calls,
    "PUT",
    "/people/<name>/openid",
    takes=schemas.OpenidName,
    gives=schemas.Person,
    problems=_BODY,
    example={"name": "anna@example.com"},
)
def link_provider(name: str) -> object:
    """Let somebody sign in with the OpenID provider; the first time under this name, then by what it never changes."""
    return _shape(linking.link(house(), actor(), name, load(schemas.OpenidName())["name"]))


@call(calls, "DELETE", "/people/<name>/openid", gives=None, status=204, problems=[404])
def unlink_provider(name: str) -> None:
    """Let somebody sign in with the OpenID provider no more, and end their sessions."""
    linking.unlink(house(), actor(), name)


def _shape(person: Listed) -> dict[str, object]:
    return {
        "name": person.name,
        "role": person.role.value,
        "company": person.company,
        "departments": list(person.departments),
        "extension": person.extension,
        "locked": person.locked,
        "second_factor": person.second_factor,
        "openid_name": person.openid_name,
        "openid_met": person.openid_met,
        "signed_in_at": moment(person.signed_in_at),
    }
