"""Every table, by subject."""

from provserver.db.models.access import ApiToken, User
from provserver.db.models.base import Base
from provserver.db.models.change import Change, ChangeHead
from provserver.db.models.device import Device, DeviceKey, DeviceLine, DeviceToken
from provserver.db.models.directory import Department, Group, GroupMember, Line, ShortCode, Tenant
from provserver.db.models.note import Note
from provserver.db.models.rendering import PhoneLog, Rendering, Upload
from provserver.db.models.setting import StoredValue

__all__ = [
    "ApiToken",
    "Base",
    "Change",
    "ChangeHead",
    "Department",
    "Device",
    "DeviceKey",
    "DeviceLine",
    "DeviceToken",
    "Group",
    "GroupMember",
    "Line",
    "Note",
    "PhoneLog",
    "Rendering",
    "ShortCode",
    "StoredValue",
    "Tenant",
    "Upload",
    "User",
]
