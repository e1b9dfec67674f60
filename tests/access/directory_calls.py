"""The pages and calls of groups, departments, short codes, and of what is ticked in lists, beside ``calls``."""

from collections.abc import Mapping

from provserver.domain.roles import Right
from tests.access.calls import COMPANY, EDIT, READ, Call

_GROUP, _CODE, _INNER = {"name": "@group"}, {"code": "@code", "first": "@code"}, {"name": "@department"}
_RULE, _OF = "/groups/<any(hunt, pickup):kind>", "/short-codes"
_CHOSEN = {"chosen": "0004f2aabbcc", "do": "resync"}
_ONE_CODE = {"code": "77", "number": "1"}

DIRECTORY: Mapping[str, Call] = {
    "GET /all-lines": READ,
    "POST /lines/chosen": Call(Right.EDIT, form={"chosen": "201", "do": "ask"}),
    "POST /lines/<extension>/reconfigure": Call(Right.EDIT, form={"new_name": "Zoe"}),
    "POST /phones/chosen": Call(Right.EDIT, form=_CHOSEN),
    "POST /phones/chosen/key": Call(Right.EDIT, form={**_CHOSEN, "slot": "4", "kind": "dnd"}, status=422),
    "POST /phones/chosen/remove": Call(Right.EDIT, form=_CHOSEN),
    "GET /phones/<mac>/replace": EDIT,
    "POST /phones/<mac>/replace": Call(Right.EDIT, form={"mac": "0004f2cccccc", "model": "poly/VVX301"}),
    "GET /departments/new": EDIT,
    "POST /departments/new": Call(Right.EDIT, form={"name": "New", "parent": "Office"}),
    "GET /departments/of/<path:name>": Call(Right.READ, things=_INNER),
    "POST /departments/of/<path:name>": Call(Right.COMPANY, things=_INNER, form={"name": "New"}),
    "POST /departments/remove/<path:name>": Call(Right.COMPANY, things=_INNER, form={"release": "1"}),
    f"GET {_RULE}/new": COMPANY,
    f"POST {_RULE}/new": Call(Right.COMPANY, form={"name": "New", "number": "88"}),
    f"GET {_RULE}/of/<name>": Call(Right.READ, things=_GROUP),
    f"POST {_RULE}/of/<name>": Call(Right.COMPANY, things=_GROUP, form={"name": "New", "number": "88"}),
    f"POST {_RULE}/of/<name>/members": Call(Right.COMPANY, things=_GROUP, form={"member": "201"}),
    f"POST {_RULE}/of/<name>/remove": Call(Right.COMPANY, things=_GROUP),
    f"GET {_OF}/new": COMPANY,
    f"POST {_OF}/new": Call(Right.COMPANY, form=_ONE_CODE),
    f"GET {_OF}/of/<code>": Call(Right.READ, things=_CODE),
    f"POST {_OF}/of/<code>": Call(Right.COMPANY, things=_CODE, form=_ONE_CODE),
    f"POST {_OF}/chosen": Call(Right.COMPANY, form={"chosen": "71", "do": "delete"}),
    "POST /api/v1/lines/<extension>/actions/reconfigure": Call(Right.EDIT, json={"name": "Zoe"}),
    "PATCH /api/v1/devices/<mac>/configuration": Call(Right.KEYS, json={"keys": {"4": {"kind": "none"}}}),
    "POST /api/v1/devices/<mac>/actions/replace": Call(Right.EDIT, json={"mac": "0004f2cccccc"}),
    "GET /api/v1/departments/<path:name>": Call(Right.READ, things=_INNER),
    "PATCH /api/v1/departments/<path:name>": Call(Right.EDIT, things=_INNER, json={"operator_number": "9"}),
    "DELETE /api/v1/departments/<path:name>": Call(Right.COMPANY, things=_INNER),
    "POST /api/v1/groups": Call(Right.COMPANY, json={"kind": "hunt", "name": "New"}),
    f"GET /api/v1{_RULE}/<name>": Call(Right.READ, things=_GROUP),
    f"PATCH /api/v1{_RULE}/<name>": Call(Right.COMPANY, things=_GROUP, json={"number": "88"}),
    f"DELETE /api/v1{_RULE}/<name>": Call(Right.COMPANY, things=_GROUP),
    f"POST /api/v1{_OF}": Call(Right.COMPANY, json=_ONE_CODE),
    f"POST /api/v1{_OF}/ranges": Call(Right.COMPANY, json={"first": "90", "last": "91", "number": "10"}),
    f"GET /api/v1{_OF}/<code>": Call(Right.READ, things=_CODE),
    f"PATCH /api/v1{_OF}/<code>": Call(Right.COMPANY, things=_CODE, json={"name": "New"}),
    f"PATCH /api/v1{_OF}/ranges/<first>": Call(Right.COMPANY, things=_CODE, json={"name": "New"}),
    f"DELETE /api/v1{_OF}/<code>": Call(Right.COMPANY, things=_CODE),
    f"POST /api/v1{_OF}/actions/delete": Call(Right.COMPANY, json={"codes": ["71"]}),
    f"POST /api/v1{_OF}/actions/move": Call(Right.COMPANY, json={"codes": ["71"], "department": None}),
}
