"""A DECT base: what it is told in place of a desk phone's clock, language and ring, which are its handsets' own."""

from provserver.domain.phone import Phone
from provserver.vendors.base import Params
from provserver.vendors.dotted import LANGUAGES
from provserver.vendors.yealink.generation import generation, static
from provserver.vendors.yealink.parameters import put_zone

HANDSET_LANGUAGES = {"en": 0, "fr": 1, "de": 2, "it": 3, "es": 6}
"""The maker's numbers (its text in FusionPBX, w80/y000000000175.cfg; Wazo, v87); Romanian is not among them, and the
handset then keeps its own."""


def put_base_clock(params: Params, phone: Phone) -> None:
    """Write the clock, for the base and for its handsets.

    Files of the maker name the format of the time in two ways (FusionPBX: ``local_time`` for W52P and W80,
    ``custom.handset`` for W60B and W70B); both are written, and a base passes over a name that it does not know.
    """
    put_zone(params, phone)
    for name in ("local_time.time_format", "custom.handset.time_format"):
        params.put(name, phone.text("clock") == "24", "clock")


def put_base_language(params: Params, phone: Phone) -> None:
    """Write the language of the base's pages and of its handsets, which it hands on only when it is told to (Wazo)."""
    params.put("lang.wui", LANGUAGES[phone.text("language")], "language")
    params.put(static("auto_provision.handset_configured.enable", generation(phone)), True, "server")
    if (number := HANDSET_LANGUAGES.get(phone.text("language"))) is not None:
        params.put("custom.handset.language", number, "language")
