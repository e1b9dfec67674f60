"""Why a model cannot be told a value, whatever that hangs on."""

from provserver.domain.hardware import PhoneModel
from provserver.domain.settings import Setting, Value
from provserver.services.editing import abilities, trusting
from provserver.services.pushing import visits
from provserver.services.rendering import phonebooks


def lacks(model: PhoneModel, setting: Setting, value: Value) -> str:
    """Say why a model cannot be told a value of a setting; empty where it can."""
    if setting.name == "trust_authority":
        return trusting.lacks(model)
    if setting.name == "phonebook":
        return phonebooks.lacks(model)
    if setting.name == "push_ways":
        return visits.lacks(model, value)
    return abilities.lacks(model, setting)
