"""First contacts: the company's policy, windows that let phones in for a time, and who knocked in vain."""

from flask import request

from provserver.api import enrolment_schemas as schemas
from provserver.api import paging
from provserver.api.bodies import load
from provserver.api.calls import call, subject
from provserver.api.devices import moment
from provserver.api.schemas import Search, listed
from provserver.db.models import EnrolmentWindow
from provserver.domain.enrolment import USUAL_MINUTES, Policy, Way
from provserver.domain.mac import parse_mac
from provserver.doorway import actor, house
from provserver.errors import Invalid
from provserver.services.enrolment import knocks, policies, windows
from provserver.services.enrolment.knocks import Listed
from provserver.services.enrolment.windows import Wanted

calls = subject("enrolment", "How phones get their first configuration.")


@call(calls, "GET", "/enrolment/policy", gives=schemas.Policy)
def get_policy() -> object:
    """Tell which first contacts carry secrets."""
    return _policy(policies.policy(house(), actor()))


@call(
    calls,
    "PATCH",
    "/enrolment/policy",
    takes=schemas.PolicyChange,
    gives=schemas.Policy,
    problems=[400, 413, 415, 422],
    example={"ways": ["window", "certificate", "approval"]},
)
def change_policy() -> object:
    """Change which first contacts carry secrets; audited."""
    return _policy(policies.set_policy(house(), actor(), load(schemas.PolicyChange())))


def _policy(policy: Policy) -> dict[str, object]:
    return {"ways": [way.value for way in Way if way in policy.ways], "lock_on_alarm": policy.lock_on_alarm}


@call(calls, "GET", "/enrolment/windows", gives=listed(schemas.Window), query=[Search], problems=[422])
def list_windows() -> tuple[object, dict[str, str]]:
    """List the windows that are open, the first to close first."""
    return paging.searched(windows.open_now(house(), actor()), _window)


@call(
    calls,
    "POST",
    "/enrolment/windows",
    takes=schemas.ManyWindows,
    gives=schemas.Opened,
    status=201,
    problems=[400, 409, 413, 415, 422],
    example={"never_seen": True, "minutes": 30},
)
def open_windows() -> object:
    """Let phones in without their tokens for a time, all or none.

    A window belongs to the first address that uses it, and closes when the phone comes by its token.
    """
    body = load(schemas.ManyWindows())
    macs = tuple(body.pop("macs", ()))
    return {"items": [_window(one) for one in windows.open_windows(house(), actor(), Wanted(macs, **body))]}


@call(calls, "GET", "/devices/<mac>/enrolment", gives=schemas.Window, problems=[404, 422])
def get_window(mac: str) -> object:
    """Give the last window of a phone; `open` is false where there is none."""
    window = windows.window_of(house(), actor(), mac)
    return _window(window) if window else {**dict.fromkeys(_window_fields()), "mac": parse_mac(mac), "open": False}


def _window_fields() -> list[str]:
    return list(schemas.Window().fields)


@call(
    calls,
    "POST",
    "/devices/<mac>/enrolment",
    takes=schemas.OneWindow,
    gives=schemas.Window,
    status=201,
    problems=[400, 404, 409, 413, 415, 422],
    example={"minutes": 30},
)
def open_window(mac: str) -> object:
    """Let one phone in without its token for a time."""
    windows.window_of(house(), actor(), mac)
    return _window(windows.open_windows(house(), actor(), Wanted((mac,), **load(schemas.OneWindow())))[0])


@call(calls, "DELETE", "/devices/<mac>/enrolment", gives=None, status=204, problems=[404, 422])
def close_window(mac: str) -> None:
    """Close a phone's window before its time."""
    windows.close_window(house(), actor(), mac)


def _window(window: EnrolmentWindow) -> dict[str, object]:
    now = house().clock()
    is_open = windows.is_open(window, now)
    return {
        "mac": window.device.mac,
        "open": is_open,
        "way": window.way,
        "address": window.address,
        "opened_at": moment(window.opened_at),
        "opened_by": window.opened_by,
        "deadline": moment(window.deadline),
        "seconds_left": int((window.deadline - now).total_seconds()) if is_open else 0,
        "used_at": moment(window.used_at),
        "closed_at": moment(window.closed_at),
        "closed_why": window.closed_why,
    }


@call(calls, "GET", "/knocks", gives=listed(schemas.Knock), query=[schemas.KnockQuery], problems=[422])
def list_knocks() -> tuple[object, dict[str, str]]:
    """List who asked by a phone's address and got nothing, newest first."""
    asked = request.args.get("device", "")
    try:
        mac = parse_mac(asked) if asked else ""
    except ValueError as error:
        raise Invalid.field("device", str(error)) from error
    rows = knocks.knocks(house(), actor(), mac, paging.limit() + 1, paging.cursor(), paging.search())
    return paging.page(rows, _knock, lambda row: row.knock.id)


def _knock(row: Listed) -> dict[str, object]:
    knock = row.knock
    return {
        "id": knock.id,
        "mac": knock.mac,
        "known": row.device is not None,
        "vendor": knock.vendor,
        "model": knock.model,
        "user_agent": knock.user_agent,
        "file": knock.file,
        "address": knock.address,
        "verdict": knock.verdict,
        "count": knock.count,
        "first_at": moment(knock.first_at),
        "last_at": moment(knock.last_at),
        "window_open": row.is_open,
    }


@call(
    calls,
    "POST",
    "/knocks/<int:number>/approve",
    takes=schemas.Approval,
    gives=schemas.Window,
    status=201,
    problems=[400, 404, 409, 413, 415, 422],
    example={"minutes": 30},
)
def approve_knock(number: int) -> object:
    """Let the phone in that knocked, from where it knocked and for a time; 409 where nobody has added it yet."""
    body = load(schemas.Approval())
    return _window(knocks.approve(house(), actor(), number, body.get("minutes", USUAL_MINUTES)))


@call(calls, "DELETE", "/knocks/<int:number>", gives=None, status=204, problems=[404])
def forget_knock(number: int) -> None:
    """Take a knock off the list; it comes back when the phone asks again."""
    knocks.forget(house(), actor(), number)
