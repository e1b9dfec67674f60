"""What a model can be told, and why not where it cannot."""

from provserver.domain.hardware import PhoneModel
from provserver.domain.settings import Setting, Value


def lacks(model: PhoneModel, setting: Setting) -> str:
    """Say why a model cannot be told of a setting; empty where it can."""
    feature = setting.feature
    return "" if feature is None or feature in model.supports else model.lacks[feature]


def asks(setting: Setting, value: Value) -> bool:
    """Tell whether a value wants something of a phone: what is nothing, or as it always is, asks for nothing."""
    return value is not None and value != setting.default
