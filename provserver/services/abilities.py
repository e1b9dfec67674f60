"""What a model can be told, and why not where it cannot."""

from provserver.domain.hardware import Feature, PhoneModel
from provserver.domain.settings import Setting, Value

UNSOURCED = "no source names a parameter for it on this phone; set it at the phone, or as a free parameter"
"""Why a model of a maker that says nothing of a feature cannot be told."""


def lacks(model: PhoneModel, setting: Setting) -> str:
    """Say why a model cannot be told of a setting; empty where it can."""
    feature = setting.feature
    if feature is None or feature in model.supports:
        return ""
    return reason(model, feature)


def reason(model: PhoneModel, feature: Feature) -> str:
    """Say why a model lacks a feature: its table's reason, or that no source is known."""
    return model.lacks.get(feature, UNSOURCED)


def asks(setting: Setting, value: Value) -> bool:
    """Tell whether a value wants something of a phone: what is nothing, or as it always is, asks for nothing."""
    return value is not None and value != setting.default
