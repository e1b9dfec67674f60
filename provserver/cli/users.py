"""The commands for the people who may sign in."""

import sys

import click

from provserver.cli.acting import operator, with_house
from provserver.cli.printing import as_json, moment, print_facts, print_json, print_table
from provserver.domain.roles import Actor, Role
from provserver.services.access import companies, linking, people
from provserver.services.access.accounts import checked_password
from provserver.services.access.people import Listed, NewPerson
from provserver.services.house import House

_roles = click.Choice([role.value for role in Role])
_company = click.option("--company", default="", metavar="NAME", help="Whose; else the oldest company.")
_departments = click.option("--department", "departments", multiple=True, help="For a department-admin or a reader.")
_line = click.option("--line", "extension", default=None, help="The extension of a user's line.")
_from_input = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


def first_company(house: House, company: str) -> Actor:
    """Give who is at the keyboard for a company, or for the oldest one where none is named."""
    every = companies.every(house)
    return operator(house, company or (every[0].name if every else ""))


@click.group()
def user() -> None:
    """Look after the people who may sign in."""


@user.command()
@click.argument("name", default="")
@click.option("--role", type=_roles, default=Role.OPERATOR.value, show_default=True)
@_company
@_departments
@_line
@_from_input
@as_json
@with_house
def add(
    house: House,
    name: str,
    role: str,
    company: str,
    departments: tuple[str, ...],
    extension: str | None,
    password_stdin: bool,
    json_: bool,
) -> None:
    """Add a person; without --password-stdin a password is made and shown this once.

    \b
    Example:
      provserver user add anna --role admin
      provserver user add olga --role department-admin --department Office
      provserver user add --role user --line 201
    """
    new = NewPerson(name, Role(role), departments, extension or "")
    given = checked_password(_read_password()) if password_stdin else ""
    person, made = people.add(house, first_company(house, company), new, given)
    _show(person.name, person.role, "" if given else made, json_)


@user.command()
@click.argument("name")
@_from_input
@click.option("--link", is_flag=True, help="Make a link where they choose one, once and within a day.")
@_company
@as_json
@with_house
def password(house: House, name: str, password_stdin: bool, link: bool, company: str, json_: bool) -> None:
    """Replace a person's password and end their sessions.

    \b
    Example:
      provserver user password admin
      provserver user password anna --link
    """
    actor = _actor_of(house, name, company)
    if link:
        address = people.password_link(house, actor, name)
        print_json({"name": name, "link": address}) if json_ else click.echo(address)
        return
    given = checked_password(_read_password()) if password_stdin else ""
    made = people.reset_password(house, actor, name, given)
    _show(name, "", "" if given else made, json_)


def _actor_of(house: House, name: str, company: str) -> Actor:
    """Give who is at the keyboard, for the company that somebody belongs to where none is named."""
    for tenant in companies.every(house) if not company else ():
        actor = operator(house, tenant.name)
        if any(person.name == name.strip().lower() for person in people.find(house, actor)):
            return actor
    return first_company(house, company)


@user.command("list")
@as_json
@with_house
def list_(house: House, json_: bool) -> None:
    """List the people who may sign in, of every company.

    \b
    Example:
      provserver user list
    """
    found: dict[str, Listed] = {}
    for tenant in companies.every(house):
        found |= {person.name: person for person in people.find(house, operator(house, tenant.name))}
    rows = sorted(found.values(), key=lambda person: person.name)
    if json_:
        print_json([_facts(item) for item in rows])
        return
    head = ("NAME", "ROLE", "COMPANY", "DEPARTMENTS", "LINE", "LOCKED", "LAST SIGNED IN")
    print_table(head, [_row(item) for item in rows])


def _facts(item: Listed) -> dict[str, object]:
    return {
        "name": item.name,
        "role": item.role,
        "company": item.company,
        "departments": list(item.departments),
        "extension": item.extension,
        "locked": item.locked,
        "second_factor": item.second_factor,
        "openid_name": item.openid_name,
        "openid_met": item.openid_met,
        "signed_in_at": item.signed_in_at,
    }


def _row(item: Listed) -> tuple[object, ...]:
    inside = ", ".join(item.departments)
    locked = "yes" if item.locked else ""
    return (item.name, item.role, item.company or "all", inside, item.extension, locked, moment(item.signed_in_at))


@user.command()
@click.argument("name")
@click.option("--role", type=_roles, default=None)
@_departments
@_line
@_company
@with_house
def change(
    house: House, name: str, role: str | None, departments: tuple[str, ...], extension: str | None, company: str
) -> None:
    """Change a person's role, departments or line; what is not named stays.

    \b
    Example:
      provserver user change anna --role department-admin --department Office --department Workshop
    """
    actor = _actor_of(house, name, company)
    wanted = Role(role) if role else None
    people.change(house, actor, name, role=wanted, departments=departments or None, extension=extension)


@user.command()
@click.argument("name")
@_company
@with_house
def unlock(house: House, name: str, company: str) -> None:
    """Unlock a profile after too many wrong passwords.

    \b
    Example:
      provserver user unlock anna
    """
    people.unlock(house, _actor_of(house, name, company), name)


@user.command("forget-second-factor")
@click.argument("name")
@_company
@with_house
def forget_second_factor(house: House, name: str, company: str) -> None:
    """Take a lost second factor from a person, and end their sessions.

    \b
    Example:
      provserver user forget-second-factor anna
    """
    people.forget_second_factor(house, _actor_of(house, name, company), name)


@user.command("link")
@click.argument("name")
@click.argument("there")
@_company
@with_house
def link_provider(house: House, name: str, there: str, company: str) -> None:
    """Let a person sign in with the OpenID provider, who is called THERE in the claim of PROVSERVER_OIDC_CLAIM.

    \b
    Example:
      provserver user link anna anna@example.com
    """
    linking.link(house, _actor_of(house, name, company), name, there)


@user.command("unlink")
@click.argument("name")
@_company
@with_house
def unlink_provider(house: House, name: str, company: str) -> None:
    """Let a person sign in with the OpenID provider no more, and end their sessions.

    \b
    Example:
      provserver user unlink anna
    """
    linking.unlink(house, _actor_of(house, name, company), name)


@user.command()
@click.argument("name")
@_company
@with_house
def remove(house: House, name: str, company: str) -> None:
    """Remove a person, with their sessions.

    \b
    Example:
      provserver user remove anna
    """
    people.remove(house, _actor_of(house, name, company), name)


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _show(name: str, role: str, made: str, json_: bool) -> None:
    facts = {"name": name, "role": role, "password": made}
    if json_:
        print_json({what: value for what, value in facts.items() if value})
        return
    print_facts([("Name", name), ("Role", role), ("Password", made and f"{made}  (shown this once)")])
