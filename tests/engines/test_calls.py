"""Who is in a call, as engines tell it, and whether that is the phone that is to restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from provserver.engines.base import Call, Contact, EngineError
from provserver.engines.jsonrpc import _calls
from provserver.engines.pool import Pool
from provserver.services.pushing.contacts import Sought, call_of
from tests.engines.test_engines import place_of, talk
from tests.fakes.engines import FakeAsterisk, FakeEngine, FakeFreeSwitch

FIRST = Contact("1001", "", "sip:1001@10.0.0.1:5060", "10.0.0.1", 5060, "Yealink SIP-T46U 108.86.0.75", "", "desk-1001")
SECOND = Contact("1001", "", "sip:1001@10.0.0.2:5060", "10.0.0.2", 5060, "PolycomVVX-VVX_301-UA/5.9", "", "desk-1001")
PHONE = Sought(1, "805ec0d9c744", "yealink", frozenset({"T46U"}), frozenset({"10.0.0.1"}), ("1001",))
TWIN = Sought(2, "0004f2aabbcc", "poly", frozenset({"VVX301"}), frozenset({"10.0.0.2"}), ("1001",))


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_who_is_in_a_call_is_listed_with_since_when(kind: type[FakeEngine]) -> None:
    found = talk(kind(talking={"1001": 3725, "1-002": 5}), lambda pool, place: pool.calls(place))
    since = {call.user: call.since for call in found}
    assert set(since) == {"1001", "1-002"}
    lasted = datetime.now(UTC) - since["1001"]
    assert timedelta(seconds=3720) < lasted < timedelta(seconds=3760)


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
def test_where_nobody_talks_the_list_is_empty_and_many_questions_are_one(kind: type[FakeEngine]) -> None:
    fake = kind()

    async def ask(pool: Pool, _place: object) -> list[list[Call]]:
        return [await pool.calls(place_of(fake)) for _ in range(20)]

    assert talk(fake, ask) == [[]] * 20
    assert sum(word in ("CoreShowChannels", "api") for word in fake.asked) <= 3


@pytest.mark.parametrize("kind", [FakeAsterisk, FakeFreeSwitch])
@pytest.mark.parametrize("evil", ["hang up", "endless line", "endless message", "garbage"])
def test_an_engine_that_makes_no_sense_is_told_as_such(kind: type[FakeEngine], evil: str) -> None:
    with pytest.raises(EngineError):
        talk(kind(evil=evil), lambda pool, place: pool.calls(place))


def test_a_call_of_the_extension_is_a_call_of_each_of_its_phones_unless_its_contact_tells() -> None:
    both = {"1001": [FIRST, SECOND]}
    assert call_of(PHONE, [TWIN], both, [Call("1002")]) is None
    assert call_of(PHONE, [TWIN], both, [Call("1001")]) is not None
    assert call_of(PHONE, [TWIN], both, [Call("desk-1001")]) is not None
    other = Call("1001", contact="sip:1001@10.0.0.2:5060;transport=udp")
    assert call_of(PHONE, [TWIN], both, [other]) is None
    assert call_of(TWIN, [PHONE], both, [other]) is other
    by_number = Call("0551234", contact="sip:1001@10.0.0.1:5060")
    assert call_of(PHONE, [TWIN], both, [by_number]) is by_number
    assert call_of(PHONE, [TWIN], {}, [other]) is other  # who knows whose contact it is


@pytest.mark.parametrize("dialogs", [[], {}, None, "text", [None, 1, {"state": 5, "from_uri": "sip:1001@x"}]])
def test_dialogs_that_are_none_name_nobody(dialogs: object) -> None:
    assert [call for call in _calls(dialogs) if call.user] == []
