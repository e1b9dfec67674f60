"""What phones with Snom's software are told, whoever's name is on them: Snom's own and Gigaset's P series.

Not a maker: it has no table of models.
"""

from provserver.domain.phone import Phone
from provserver.vendors.base import Params, gathered
from provserver.vendors.snom_settings.accounts import put_accounts
from provserver.vendors.snom_settings.clock import put_clock
from provserver.vendors.snom_settings.firmware import firmware_files, with_firmware
from provserver.vendors.snom_settings.keys import put_keys
from provserver.vendors.snom_settings.services import put_directory, put_services
from provserver.vendors.snom_settings.settings import SERVER, put_calls, put_monitoring

__all__ = ["firmware_files", "parameters", "with_firmware"]

BUILDERS = (*SERVER, put_clock, put_calls, put_services, put_directory, put_monitoring, put_accounts, put_keys)


def parameters(phone: Phone) -> Params:
    """Give every parameter of a desk phone, before its overrides."""
    return gathered(BUILDERS, phone)
