"""Every table, by subject."""

from provserver.db.models.access import (
    ApiToken,
    OpenidAnswer,
    OpenidLink,
    PasswordLink,
    RecoveryCode,
    SignInTry,
    TokenDepartment,
    User,
    UserDepartment,
    UserSession,
)
from provserver.db.models.alarm import Alarm
from provserver.db.models.authority import Authority
from provserver.db.models.base import Base
from provserver.db.models.change import Change, ChangeHead
from provserver.db.models.claim import Claim
from provserver.db.models.credential import DeviceCredential
from provserver.db.models.device import Device, DeviceKey, DeviceLine, DeviceToken
from provserver.db.models.directory import Department, Group, GroupMember, Line, OldLinePassword, ShortCode, Tenant
from provserver.db.models.enrolment import EnrolmentPolicy, EnrolmentSecret, EnrolmentWindow, Knock
from provserver.db.models.firmware import FirmwareImage
from provserver.db.models.neighbour import Neighbour
from provserver.db.models.note import Note
from provserver.db.models.reach import EngineCheck, Registration, Telling
from provserver.db.models.rendering import PhoneLog, Rendering, Upload
from provserver.db.models.rollout import Rollout, RolloutPhone, RolloutPolicy
from provserver.db.models.setting import StoredValue
from provserver.db.models.source import Source, SourceGuess

__all__ = [
    "Alarm",
    "ApiToken",
    "Authority",
    "Base",
    "Change",
    "ChangeHead",
    "Claim",
    "Department",
    "Device",
    "DeviceCredential",
    "DeviceKey",
    "DeviceLine",
    "DeviceToken",
    "EngineCheck",
    "EnrolmentPolicy",
    "EnrolmentSecret",
    "EnrolmentWindow",
    "FirmwareImage",
    "Group",
    "GroupMember",
    "Knock",
    "Line",
    "Neighbour",
    "Note",
    "OldLinePassword",
    "OpenidAnswer",
    "OpenidLink",
    "PasswordLink",
    "PhoneLog",
    "RecoveryCode",
    "Registration",
    "Rendering",
    "Rollout",
    "RolloutPhone",
    "RolloutPolicy",
    "ShortCode",
    "SignInTry",
    "Source",
    "SourceGuess",
    "StoredValue",
    "Telling",
    "Tenant",
    "TokenDepartment",
    "Upload",
    "User",
    "UserDepartment",
    "UserSession",
]
