"""Do not disturb and forwarding of the whole phone (names: FusionPBX, poly-vvx-450)."""

from provserver.domain.phone import Phone
from provserver.domain.telephony import do_not_disturb, forwards
from provserver.vendors.alike import put_forwards
from provserver.vendors.base import Params
from provserver.vendors.obihai.lines import FLAGS

GROUP = "VoiceService.1.Phone.CallingFeatures"
WAYS = {"always": "CallForwardUnconditional", "busy": "CallForwardOnBusy", "no_answer": "CallForwardOnNoAnswer"}
RING = 6
"""Seconds that a ring is taken for: the guide counts rings and does not say how long one is (OBi1062, page 205)."""


def put_services(params: Params, phone: Phone) -> None:
    """Write what the server says."""
    quiet, found = do_not_disturb(phone), forwards(phone)
    if quiet is not None:
        params.put(f"{GROUP}.DoNotDisturbEnable", FLAGS[quiet], "dnd")
    if found is None:
        return
    put_forwards(params, found, WAYS, f"{GROUP}.%sEnable", f"{GROUP}.%sNumber", FLAGS)
    params.put(f"{GROUP}.CallForwardOnNoAnswerRingCount", found.rings(RING), "forward_delay")
