"""Every table, by subject."""

from provserver.db.models.access import ApiToken, User
from provserver.db.models.alarm import Alarm
from provserver.db.models.authority import Authority
from provserver.db.models.base import Base
from provserver.db.models.change import Change
from provserver.db.models.device import Device, DeviceKey, DeviceLine, DeviceToken
from provserver.db.models.directory import Department, Group, GroupMember, Line, OldLinePassword, ShortCode, Tenant
from provserver.db.models.enrolment import EnrolmentPolicy, EnrolmentWindow, Knock
from provserver.db.models.firmware import FirmwareImage
from provserver.db.models.note import Note
from provserver.db.models.reach import EngineCheck, Registration, Telling
from provserver.db.models.rendering import PhoneLog, Rendering, Upload
from provserver.db.models.setting import StoredValue
from provserver.db.models.source import Source, SourceGuess

__all__ = [
    "Alarm",
    "ApiToken",
    "Authority",
    "Base",
    "Change",
    "Department",
    "Device",
    "DeviceKey",
    "DeviceLine",
    "DeviceToken",
    "EngineCheck",
    "EnrolmentPolicy",
    "EnrolmentWindow",
    "FirmwareImage",
    "Group",
    "GroupMember",
    "Knock",
    "Line",
    "Note",
    "OldLinePassword",
    "PhoneLog",
    "Registration",
    "Rendering",
    "ShortCode",
    "Source",
    "SourceGuess",
    "StoredValue",
    "Telling",
    "Tenant",
    "Upload",
    "User",
]
