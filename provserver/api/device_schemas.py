"""The shapes of models and phones."""

from marshmallow import Schema, fields, validate

from provserver.api.schemas import Strict, Waits, moment, text
from provserver.domain.presence import Presence
from provserver.domain.state import State


class NewDevice(Strict):
    """A phone to add."""

    mac = text("In any common spelling.", required=True)
    vendor = text(required=True)
    model = text(required=True)
    lines = fields.List(
        fields.String(), load_default=list, metadata={"description": "Extensions, first account first."}
    )
    description = text(allow_none=True)
    department = text("By name.", allow_none=True)
    serial = text("The serial number, as it stands on the phone.", allow_none=True)


class DeviceChange(Strict):
    """What to change of a phone."""

    description = text(allow_none=True)
    lines = fields.List(fields.String())
    department = text(allow_none=True)
    serial = text("As it stands on the phone; an empty text or null: none.", allow_none=True)
    sip_address = text(
        "Where NOTIFYs go, such as `sip:201@192.0.2.10:5062;transport=tls`; null: where it last fetched from.",
        allow_none=True,
    )
    firmware_channel = text(
        "The name of the firmware image that this phone should run; null: what is chosen for its line, model, "
        "department or company; an empty text: none, whatever these choose.",
        allow_none=True,
    )


class DeviceSummary(Schema):
    """A phone in a list."""

    mac = text()
    vendor = text()
    model = text()
    description = text()
    department = text(allow_none=True)
    serial = text("The serial number; only its end for who may not change the phone.")
    lines = fields.List(fields.String())
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    reason = text("Why it is in this state.")
    firmware = text()
    modules = fields.Integer(metadata={"description": "Expansion modules in use."})
    sip_address = text()
    last_seen = moment()
    user_agent = text()
    address = text("The address that it last asked from.")
    seen_model = text("What it says it is, such as `yealink/T46U`.")
    locked_at = moment("Since when it gets nothing; null: it is not locked.")


class DeviceFile(Schema):
    """One file of a phone; it has the file when `fetched_etag` is `etag`."""

    name = text()
    url = text("By MAC; the secret token stands only in `provisioning_url`.")
    etag = text()
    fetched_etag = text(allow_none=True)
    fetched_at = moment()
    rendered_at = moment()
    stale = fields.Boolean(metadata={"description": "Whether it waits to be written again."})
    proves = fields.Boolean(metadata={"description": "Whether fetching it shows that the phone is up to date."})


class Try(Schema):
    """One way that was tried to tell a phone."""

    at = moment()
    way = text("`direct`, `registrar`, `asterisk`, `freeswitch`, `kamailio` or `http`.")
    target = text()
    answer = fields.Integer(
        allow_none=True, metadata={"description": "A SIP status, of `http` an HTTP one; null: this way was not gone."}
    )
    sentence = text("What that means.")


class Push(Schema):
    """How the last change is told to the phone."""

    saved_at = moment()
    told_at = moment()
    way = text()
    answer = fields.Integer(allow_none=True, metadata={"description": "The SIP or HTTP status that came back."})
    sentence = text("What that answer means.")
    attempts = fields.Integer()
    next_at = moment("When it is told next.")
    applied_at = moment()
    seconds = fields.Float(allow_none=True, metadata={"description": "From the save to the fetch that proved it."})
    waits = fields.Nested(Waits, allow_none=True, metadata={"description": "What its restart waits for."})
    tries = fields.List(fields.Nested(Try), metadata={"description": "The last 20, newest first."})


class Registered(Schema):
    """One registration, as an engine lists it."""

    extension = text()
    contact = text()
    address = text("Where its packets come from.")
    user_agent = text()
    since = moment("When it was first listed.")
    engine = text()


class Registration(Schema):
    """Whether something is registered; `unknown` where no engine is set, or one does not answer."""

    state = fields.String(validate=validate.OneOf([presence.value for presence in Presence]))
    contacts = fields.List(fields.Nested(Registered))


class PhoneRequest(Schema):
    """One request of a phone."""

    at = moment()
    method = text()
    file = text()
    status = fields.Integer()
    verdict = text()
    reason = text()
    address = text()
    user_agent = text()


class WantedImage(Schema):
    """The image that a phone should run, and where it is chosen."""

    name = text()
    version = text()
    origin = text("`tenant`, `department`, `model`, `line` or `device`.")
    place = text()


class Device(DeviceSummary):
    """A phone; `firmware` is the version that it said it runs."""

    firmware_channel = text("The image chosen for this phone alone, if any.", allow_none=True)
    firmware_wanted = fields.Nested(WantedImage, allow_none=True)
    created_at = moment()
    files = fields.List(fields.Nested(DeviceFile))
    push = fields.Nested(Push)
    registration = fields.Nested(Registration)
    requests = fields.List(fields.Nested(PhoneRequest), metadata={"description": "The last 20, newest first."})


class AddedDevice(Device):
    """A phone as it was added."""

    provisioning_url = text("What the phone is given; its token is shown this once.")


class Position(Schema):
    """Where a key stands; columns and rows count from 1."""

    slot = text("The key's name in `keys`.")
    column = fields.Integer()
    row = fields.Integer()
    page = fields.Integer()
    block = text()


class Block(Schema):
    """Keys of the phone that stand together; `layout` names the block of each key."""

    name = text()
    keys = fields.Integer()
    columns = fields.List(fields.Integer(), metadata={"description": "Keys of each column; empty: nobody knows."})
    pages = fields.Integer()
    side = text()
    paper = fields.Boolean(metadata={"description": "Whether paper labels stand beside them."})
    without = fields.List(fields.String(), metadata={"description": "Kinds that the model has, but not on these."})


class Sidecar(Schema):
    """An expansion module."""

    name = text()
    keys = fields.Integer()
    chain = fields.Integer(metadata={"description": "How many can be chained."})
    pages = fields.Integer()
    columns = fields.List(fields.Integer())
    missing = fields.List(fields.Integer(), metadata={"description": "Keys that cannot be set."})
    without = fields.List(fields.String(), metadata={"description": "Kinds that the model has, but not on these."})


class Model(Schema):
    """A model of phone."""

    vendor = text()
    model = text()
    title = text()
    accounts = fields.Integer()
    layout = fields.List(fields.Nested(Position))
    blocks = fields.List(fields.Nested(Block))
    sidecar = fields.Nested(Sidecar, allow_none=True)
    supports = fields.List(fields.String(), metadata={"description": "Features."})
    kinds = fields.List(fields.String(), metadata={"description": "What its keys can do."})
    lacks = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "What it cannot, why."})
    evidence = fields.Dict(keys=fields.String(), values=fields.String())
    note = text()
    screen = fields.List(fields.Integer(), allow_none=True)
    touch = fields.Boolean()
    label_limit = fields.Integer(metadata={"description": "Characters of a label."})
