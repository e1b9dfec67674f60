"""Companies, through the API, for an operator."""

from flask import request

from provserver.api import access_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import PREFIX, call, subject
from provserver.api.schemas import Search, listed
from provserver.doorway import actor, house
from provserver.services.access import companies

calls = subject("companies", "Companies, for an operator who looks after several.")


@call(calls, "GET", "/companies", gives=listed(schemas.Company), query=[Search], problems=[422])
def list_companies() -> tuple[object, dict[str, str]]:
    """List the companies by name."""
    rows = companies.find(house(), actor())
    return paging.searched(rows, lambda row: _shape(row[0].id, row[0].name, row[1], row[2]))


@call(
    calls,
    "POST",
    "/companies",
    takes=schemas.CompanyChange,
    gives=schemas.Company,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"name": "Verdi S.r.l."},
)
def add_company() -> tuple[object, dict[str, str]]:
    """Add an empty company."""
    added = companies.add(house(), actor(), load(schemas.CompanyChange())["name"])
    return _shape(added.id, added.name, 0, 0), {"Location": f"{PREFIX}/companies/{added.id}"}


@call(
    calls,
    "PATCH",
    "/companies/<int:number>",
    takes=schemas.CompanyChange,
    gives=schemas.Company,
    problems=[400, 404, 409, 413, 415, 422],
)
def rename_company(number: int) -> object:
    """Give a company another name."""
    companies.rename(house(), actor(), number, load(schemas.CompanyChange())["name"])
    found = next(row for row in companies.find(house(), actor()) if row[0].id == number)
    return _shape(found[0].id, found[0].name, found[1], found[2])


@call(
    calls,
    "DELETE",
    "/companies/<int:number>",
    gives=None,
    status=204,
    query=[schemas.Confirmed],
    problems=[404, 409, 422],
)
def remove_company(number: int) -> None:
    """Remove a company with all that it holds; ``?confirm=`` repeats its name."""
    companies.remove(house(), actor(), number, request.args.get("confirm", ""))


def _shape(number: int, name: str, lines: int, phones: int) -> dict[str, object]:
    return {"id": number, "name": name, "lines": lines, "devices": phones}
