"""Every page and every call with the right that it needs: a new one fails the walk until it stands here.

The key is the method and the rule as Flask has it. What a rule has in ``<brackets>`` is filled in from ``THINGS`` by
its name; ``Call.things`` says otherwise where a name means something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provserver.domain.roles import Right

MINE, ELSEWHERE, FOREIGN, NOTHING = "mine", "elsewhere", "foreign", "nothing"
"""Of the department and line that everybody here has; of another department; of another company; of nobody."""

THINGS: Mapping[str, Mapping[str, str]] = {
    "mac": {MINE: "0004f2aabbcc", ELSEWHERE: "805ec0d9c744", FOREIGN: "0004f2dddddd", NOTHING: "0004f2eeeeee"},
    "extension": {MINE: "201", ELSEWHERE: "301", FOREIGN: "801", NOTHING: "999"},
    "@person": {MINE: "user", ELSEWHERE: "user-elsewhere", FOREIGN: "stranger", NOTHING: "nemo"},
    "@token": {MINE: "71001", ELSEWHERE: "71001", FOREIGN: "71002", NOTHING: "71999"},
    "@image": {MINE: "81001", ELSEWHERE: "81998", FOREIGN: "81002", NOTHING: "81999"},
    "@alarm": {MINE: "91001", ELSEWHERE: "91003", FOREIGN: "91002", NOTHING: "91999"},
    "@knock": {MINE: "92001", ELSEWHERE: "92003", FOREIGN: "92002", NOTHING: "92999"},
    "@change": {MINE: "94001", ELSEWHERE: "94003", FOREIGN: "94002", NOTHING: "94999"},
    "@rollout": {MINE: "93001", ELSEWHERE: "93003", FOREIGN: "93002", NOTHING: "93999"},
    "@group": {MINE: "Team", ELSEWHERE: "Crew", FOREIGN: "Guild", NOTHING: "Nobody"},
    "@code": {MINE: "71", ELSEWHERE: "73", FOREIGN: "72", NOTHING: "79"},
    "@department": {MINE: "Office", ELSEWHERE: "Workshop", FOREIGN: "Abroad", NOTHING: "Nowhere"},
}
"""Things that belong to somebody, each by whose they are."""
FIXED: Mapping[str, str] = {
    "action": "resync", "flavour": "kea",
    "kind": "hunt", "vendor": "poly", "model": "VVX301", "file": "{mac}-config.cfg",
    "_name": "any", "filename": "provserver.css", "path": "v1/nothing",
}  # fmt: skip
"""What stands in other brackets; it belongs to nobody."""


@dataclass(frozen=True)
class Call:
    """One row: the right that is needed (None: to be signed in), or that anybody may come (``open``).

    ``form`` or ``json`` is sent with it. ``things`` maps a bracket to another name of ``THINGS`` or to a text.
    ``status`` is what whoever may is answered, where it is no success. ``absent`` is the status for a thing that is
    not there, ``everybody`` marks what shows the whole company by its purpose.
    """

    right: Right | None = None
    open: bool = False
    form: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    things: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    absent: int = 404
    everybody: bool = False


PASSWORD = "correct horse battery"
"""Everybody's here."""
OPEN = Call(open=True)
USE, KEYS, READ, EDIT, REVEAL = (Call(right) for right in (Right.USE, Right.KEYS, Right.READ, Right.EDIT, Right.REVEAL))
_DEPARTMENT = {"scope": "department", "name": "@department"}
_LINE = {"name": "Mario", "display_name": "", "department": "Office"}

PEOPLE, COMPANY = Call(Right.PEOPLE), Call(Right.COMPANY)
OTHER = "Zz-foreign S.r.l."
_PERSON, _TOKEN, _SECOND = {"name": "@person"}, {"number": "@token"}, {"number": "2"}
_ALARM, _KNOCK, _SOURCE = {"number": "@alarm"}, {"number": "@knock"}, {"name": "192.0.2.99"}
_CHANGE = {"number": "@change"}
_IMAGE = {"number": "@image", "image": "@image"}

PAGES: Mapping[str, Call] = {
    "GET /": Call(Right.USE),
    "GET /account/": Call(),
    "GET /account/confirm": Call(),
    "POST /account/confirm": Call(form={"password": PASSWORD}),
    "POST /account/password": Call(form={"old": PASSWORD, "password": "another long password"}),
    "GET /account/second-factor": Call(),
    "POST /account/second-factor": Call(form={"code": "123456"}, status=422),
    "POST /account/second-factor/remove": Call(form={"old": PASSWORD}),
    "POST /account/sessions/<int:number>/end": Call(things={"number": "999999"}, status=404),
    "POST /account/sessions/end": Call(),
    "GET /alarms": READ,
    "POST /alarms/<int:number>": Call(Right.EDIT, things=_ALARM),
    "GET /bootstrap/static/<path:filename>": Call(open=True, things={"filename": "css/bootstrap.min.css"}),
    "POST /company": Call(form={"company": "1"}),
    **{f"GET /{name}.{form}": OPEN for name in ("ca", "ca-old") for form in ("pem", "der")},
    "GET /certificates": READ,
    "POST /certificates": Call(Right.OPERATE, status=422),
    "POST /certificates/<fingerprint>/remove": Call(Right.OPERATE, status=404),
    "GET /companies/": Call(Right.OPERATE),
    "POST /companies/": Call(Right.OPERATE, form={"name": "New"}),
    "POST /companies/<int:number>/rename": Call(Right.OPERATE, form={"name": "New"}, things=_SECOND),
    "POST /companies/<int:number>/remove": Call(Right.OPERATE, form={"confirm": OTHER}, things=_SECOND),
    "GET /departments": READ,
    "GET /enrolment": READ,
    "GET /network/setup": READ,
    "POST /enrolment": Call(Right.EDIT, form={"department": "Office"}),
    "POST /enrolment/policy": Call(Right.COMPANY, form={"ways": "window"}),
    "GET /favicon.ico": OPEN,
    "GET /firmware-images": READ,
    "POST /firmware-images": Call(Right.COMPANY, form={"name": "new.ld"}, status=422),
    "POST /firmware-images/<int:number>/remove": Call(Right.COMPANY, things=_IMAGE),
    "POST /firmware-images/choose": Call(Right.EDIT, form={"place": "department:Office", "image": "81001.ld"}),
    "POST /firmware-images/forget": Call(
        Right.EDIT, form={"scope": "department", "place": "Office", "image": "81001.ld"}, status=422
    ),
    "GET /groups/<kind>": READ,
    "GET /import": Call(Right.EDIT),
    "GET /import/table.csv": READ,
    "POST /import": Call(Right.EDIT, form={"do": "try"}, status=422),
    "GET /history": READ,
    "GET /history/<int:number>/undo": Call(Right.EDIT, things=_CHANGE),
    "POST /history/<int:number>/undo": Call(Right.EDIT, things=_CHANGE),
    "GET /history/<int:number>/back": Call(Right.EDIT, things=_CHANGE),
    "POST /history/<int:number>/back": Call(Right.EDIT, things=_CHANGE),
    "GET /lines/": READ,
    "GET /lines/<extension>": READ,
    "POST /lines/<extension>": Call(Right.EDIT, form=_LINE),
    "GET /lines/<extension>/individual": READ,
    "POST /lines/<extension>/password": EDIT,
    "POST /lines/<extension>/remove": EDIT,
    "POST /lines/<extension>/reveal": REVEAL,
    "GET /lines/new": EDIT,
    "POST /lines/new": Call(Right.EDIT, form={"extension": "299", "name": "New", "department": "Office"}),
    "GET /models": READ,
    "GET /password/<token>": OPEN,
    "POST /password/<token>": OPEN,
    "GET /people/": PEOPLE,
    "GET /people/<name>": Call(Right.PEOPLE, things=_PERSON),
    "POST /people/<name>": Call(Right.PEOPLE, things=_PERSON, form={"role": "user", "extension": "201"}),
    **{
        f"POST /people/<name>/{what}": Call(Right.PEOPLE, things=_PERSON)
        for what in ("link", "openid", "password", "remove", "second-factor", "sign-out", "unlock")
    },
    "GET /people/new": PEOPLE,
    "POST /people/new": Call(Right.PEOPLE, form={"name": "newcomer", "role": "user", "extension": "201"}),
    "GET /phones/": USE,
    "GET /phones/<mac>/": USE,
    "GET /phones/<mac>/added": Call(Right.EDIT, absent=302),
    "POST /phones/<mac>/address": REVEAL,
    "POST /phones/<mac>/do/<action>": EDIT,
    "GET /phones/<mac>/edit": EDIT,
    "POST /phones/<mac>/edit": Call(Right.EDIT, form={"description": "New", "lines": "201", "sip_address": ""}),
    "GET /phones/<mac>/files/<file>": READ,
    "GET /phones/<mac>/history": READ,
    "GET /phones/<mac>/keys": USE,
    "POST /phones/<mac>/remove": EDIT,
    "POST /phones/<mac>/<any(lock, unlock):what>": Call(Right.EDIT, things={"what": "lock"}),
    "POST /phones/<mac>/replace-address": EDIT,
    "POST /phones/<mac>/password": Call(Right.EDIT, form={"do": "set"}),
    "POST /phones/<mac>/window": Call(Right.EDIT, absent=302),
    "GET /phones/new": EDIT,
    "POST /phones/new": Call(Right.EDIT, form={"mac": "0004f2cccccc", "model": "poly/VVX301", "lines": "201"}),
    "GET /search": Call(Right.READ),
    "GET /seen": READ,
    "POST /seen/<int:number>/<any(approve, forget):what>": Call(Right.EDIT, things={**_KNOCK, "what": "approve"}),
    "GET /settings/": READ,
    "POST /settings/": Call(Right.COMPANY, form={"language": "it"}),
    "POST /settings/review": Call(Right.COMPANY, form={"language": "it"}),
    "POST /settings/review/<any(department, model, line):scope>/<path:name>": Call(
        Right.EDIT, things=_DEPARTMENT, form={"language": "it"}
    ),
    "GET /settings/<any(department, model, line):scope>/<path:name>": Call(Right.READ, things=_DEPARTMENT),
    "POST /settings/<any(department, model, line):scope>/<path:name>": Call(
        Right.EDIT, things=_DEPARTMENT, form={"language": "it"}
    ),
    "GET /short-codes": READ,
    "GET /sign-in": OPEN,
    "POST /sign-in": OPEN,
    "GET /sign-in/code": OPEN,
    "GET /sign-in/openid": OPEN,
    "GET /sign-in/openid/answer": OPEN,
    "GET /account/confirm/openid": Call(status=502),
    "POST /sign-in/code": OPEN,
    "POST /sign-out": OPEN,
    "POST /sources/lift": Call(Right.EDIT, form={"source": "192.0.2.99"}, status=404),
    "GET /static/<path:filename>": OPEN,
    "GET /tokens/": COMPANY,
    "POST /tokens/": Call(Right.COMPANY, form={"name": "new", "role": "reader"}),
    "POST /tokens/<int:number>/revoke": Call(Right.COMPANY, things=_TOKEN),
}

_NAMED = {"name": "@department"}
_LANGUAGE = {"language": "it"}

API: Mapping[str, Call] = {
    **{f"{method} /api/": OPEN for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
    **{f"{method} /api/<path:path>": OPEN for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
    "GET /api/docs": OPEN,
    "GET /api/docs/assets/": OPEN,
    "GET /api/docs/assets/<name>": Call(open=True, things={"name": "index.css"}),
    "GET /api/v1/openapi.json": OPEN,
    "GET /api/v1/alarms": READ,
    "POST /api/v1/alarms/<int:number>/acknowledge": Call(Right.EDIT, things=_ALARM),
    "GET /api/v1/certificates": READ,
    "POST /api/v1/certificates/actions/renew": Call(Right.OPERATE, json={}),
    "GET /api/v1/certificates/makers": READ,
    "POST /api/v1/certificates/makers": Call(Right.OPERATE, json={"vendor": "poly", "pem": "x"}, status=422),
    "DELETE /api/v1/certificates/makers/<fingerprint>": Call(Right.OPERATE, status=404),
    "GET /api/v1/changes": READ,
    "GET /api/v1/departments": READ,
    "POST /api/v1/departments": Call(Right.EDIT, json={"name": "New", "parent": "Office"}),
    "GET /api/v1/devices": USE,
    "POST /api/v1/devices": Call(
        Right.EDIT, json={"mac": "0004f2cccccc", "vendor": "poly", "model": "VVX301", "lines": ["201"]}
    ),
    "GET /api/v1/devices/<mac>": USE,
    "PATCH /api/v1/devices/<mac>": Call(Right.EDIT, json={"description": "New"}),
    "DELETE /api/v1/devices/<mac>": EDIT,
    'POST /api/v1/devices/<mac>/actions/<any(resync, reboot, "factory-reset"):action>': EDIT,
    **{f"POST /api/v1/devices/<mac>/actions/{what}": EDIT for what in ("lock", "unlock", "revoke-tokens")},
    "POST /api/v1/devices/<mac>/actions/restart-now": Call(Right.EDIT, status=409),
    "POST /api/v1/devices/<mac>/actions/rotate-token": Call(Right.EDIT, json={}),
    "GET /api/v1/devices/<mac>/credentials": READ,
    "PUT /api/v1/devices/<mac>/credentials": Call(Right.EDIT, json={}),
    "DELETE /api/v1/devices/<mac>/credentials": EDIT,
    "POST /api/v1/devices/<mac>/actions/rotate-credentials": EDIT,
    "POST /api/v1/devices/<mac>/actions/reveal-credentials": REVEAL,
    "GET /api/v1/devices/<mac>/enrolment": READ,
    "POST /api/v1/devices/<mac>/enrolment": Call(Right.EDIT, json={"minutes": 30}),
    "DELETE /api/v1/devices/<mac>/enrolment": EDIT,
    "GET /api/v1/devices/<mac>/tokens": READ,
    "GET /api/v1/enrolment/policy": READ,
    "PATCH /api/v1/enrolment/policy": Call(Right.COMPANY, json={"ways": ["window"]}),
    "GET /api/v1/enrolment/windows": READ,
    "POST /api/v1/enrolment/windows": Call(Right.EDIT, json={"department": "Office"}),
    "GET /api/v1/knocks": READ,
    "GET /api/v1/seen": READ,
    "GET /api/v1/audit": READ,
    "GET /api/v1/changes/<int:number>": Call(Right.READ, things=_CHANGE),
    "POST /api/v1/changes/<int:number>/undo": Call(Right.EDIT, things=_CHANGE),
    "POST /api/v1/rollback": Call(Right.EDIT, json={"to": "2030-01-01T00:00:00Z"}),
    "POST /api/v1/devices/<mac>/rollback": Call(Right.EDIT, json={"to": "2030-01-01T00:00:00Z"}),
    "GET /api/v1/dhcp/<flavour>": READ,
    "POST /api/v1/knocks/<int:number>/approve": Call(Right.EDIT, things=_KNOCK, json={}),
    "DELETE /api/v1/knocks/<int:number>": Call(Right.EDIT, things=_KNOCK),
    "GET /api/v1/sources": READ,
    "DELETE /api/v1/sources/<path:name>": Call(Right.EDIT, things=_SOURCE, status=404),
    "POST /api/v1/lines/<extension>/actions/reveal-password": REVEAL,
    "POST /api/v1/lines/<extension>/actions/rotate-password": EDIT,
    "GET /api/v1/devices/<mac>/keys": USE,
    "PATCH /api/v1/devices/<mac>/keys": Call(Right.KEYS, json={"5": {"kind": "speed-dial", "target": "*98"}}),
    "GET /api/v1/devices/<mac>/rendered/<file>": READ,
    "GET /api/v1/devices/<mac>/rendered/<file>/parameters": READ,
    "GET /api/v1/devices/<mac>/settings": USE,
    "PATCH /api/v1/devices/<mac>/settings": Call(Right.KEYS, json={"monitor_popup": True}),
    "GET /api/v1/companies": Call(Right.OPERATE),
    "POST /api/v1/companies": Call(Right.OPERATE, json={"name": "New"}),
    "PATCH /api/v1/companies/<int:number>": Call(Right.OPERATE, json={"name": "New"}, things=_SECOND),
    "DELETE /api/v1/companies/<int:number>": Call(Right.OPERATE, things=_SECOND, status=422),
    "GET /api/v1/people": PEOPLE,
    "POST /api/v1/people": Call(Right.PEOPLE, json={"role": "user", "extension": "201", "name": "newcomer"}),
    "GET /api/v1/people/<name>": Call(Right.PEOPLE, things=_PERSON),
    "PATCH /api/v1/people/<name>": Call(Right.PEOPLE, things=_PERSON, json={"extension": "201"}),
    "DELETE /api/v1/people/<name>": Call(Right.PEOPLE, things=_PERSON),
    "DELETE /api/v1/people/<name>/second-factor": Call(Right.PEOPLE, things=_PERSON),
    "PUT /api/v1/people/<name>/openid": Call(Right.PEOPLE, things=_PERSON, json={"name": "anna@example.com"}),
    "DELETE /api/v1/people/<name>/openid": Call(Right.PEOPLE, things=_PERSON),
    "DELETE /api/v1/people/<name>/sessions": Call(Right.PEOPLE, things=_PERSON),
    "POST /api/v1/people/<name>/password": Call(Right.PEOPLE, things=_PERSON, json={"link": True}),
    "POST /api/v1/people/<name>/actions/unlock": Call(Right.PEOPLE, things=_PERSON),
    "GET /api/v1/tokens": COMPANY,
    "POST /api/v1/tokens": Call(Right.COMPANY, json={"name": "new", "role": "reader"}),
    "DELETE /api/v1/tokens/<int:number>": Call(Right.COMPANY, things=_TOKEN),
    "GET /api/v1/directory": Call(Right.USE, everybody=True),
    "GET /api/v1/firmware": READ,
    "POST /api/v1/firmware": Call(Right.COMPANY, json={}, status=415),
    "GET /api/v1/firmware/<image>": Call(Right.READ, things=_IMAGE),
    "DELETE /api/v1/firmware/<image>": Call(Right.COMPANY, things=_IMAGE),
    "GET /api/v1/groups": READ,
    "POST /api/v1/import": Call(Right.EDIT, json={}, status=415),
    "GET /api/v1/export": READ,
    "GET /api/v1/lines": READ,
    "POST /api/v1/lines": Call(Right.EDIT, json={"extension": "299", "name": "New", "department": "Office"}),
    "GET /api/v1/lines/<extension>": READ,
    "PATCH /api/v1/lines/<extension>": Call(Right.EDIT, json={"name": "New"}),
    "DELETE /api/v1/lines/<extension>": EDIT,
    "GET /api/v1/models": Call(),
    "GET /api/v1/models/<vendor>/<model>": Call(),
    "GET /api/v1/settings/department/<path:name>": Call(Right.READ, things=_NAMED),
    "PATCH /api/v1/settings/department/<path:name>": Call(Right.EDIT, things=_NAMED, json=_LANGUAGE),
    "GET /api/v1/settings/line/<extension>": READ,
    "PATCH /api/v1/settings/line/<extension>": Call(Right.EDIT, json=_LANGUAGE),
    "GET /api/v1/settings/model/<vendor>/<model>": READ,
    "PATCH /api/v1/settings/model/<vendor>/<model>": Call(Right.COMPANY, json=_LANGUAGE),
    "GET /api/v1/settings/tenant": READ,
    "PATCH /api/v1/settings/tenant": Call(Right.COMPANY, json=_LANGUAGE),
    "GET /api/v1/settings/tenant/<_name>": READ,
    "PATCH /api/v1/settings/tenant/<_name>": Call(Right.COMPANY, json=_LANGUAGE),
    "GET /api/v1/short-codes": READ,
    "GET /healthz": OPEN,
    "GET /metrics": Call(open=True),
    "GET /readyz": OPEN,
}

CALLS: Mapping[str, Call] = {**PAGES, **API}
