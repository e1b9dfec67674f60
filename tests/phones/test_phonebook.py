"""The phonebook through the phones' door: for who has the token, and for nobody else."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from provserver.domain.roles import Actor, Role
from provserver.services.access import accounts
from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.inventory.devices import NewDevice
from provserver.services.organisation import directory
from provserver.services.organisation.directory import NewLine
from tests.phones.conftest import Caller


@pytest.fixture
def book(caller: Caller) -> str:
    """The Yealink's phonebook, switched on for the company."""
    settings.set_values(caller.office.house, caller.office.actor, "tenant", "", {"phonebook": "company"})
    return f"{caller.office.yealink_url}phonebook.xml"


def test_a_phone_reads_its_company_s_phonebook(caller: Caller, book: str) -> None:
    answer = caller.ask(book)
    assert answer.status == 200 and b"<Name>Mario Rossi</Name><Telephone>201</Telephone>" in answer.body
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert caller.ask(book, "HEAD").body == b""


def test_an_unchanged_phonebook_is_not_sent_again(caller: Caller, book: str) -> None:
    etag = caller.ask(book).headers["ETag"]
    assert (caller.ask(book, IF_NONE_MATCH=etag).status, caller.ask(book, IF_NONE_MATCH=etag).body) == (304, b"")
    directory.change_line(caller.office.house, caller.office.actor, "201", {"display_name": "Reception"})
    changed = caller.ask(book, IF_NONE_MATCH=etag)
    assert changed.status == 200 and b"Reception" in changed.body and changed.headers["ETag"] != etag


def test_a_search_comes_with_the_query(caller: Caller, book: str) -> None:
    found = caller.search(book, "q=verdi")
    assert found.body.count(b"<DirectoryEntry>") == 1 and b"Giulia Verdi" in found.body
    assert found.headers["ETag"] != caller.ask(book).headers["ETag"]


def test_a_stranger_learns_nothing(caller: Caller, book: str) -> None:
    nowhere = caller.ask("/p/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/phonebook.xml")
    assert (nowhere.status, nowhere.body) == (404, b"not found\n")
    stranger = caller.from_address("198.51.100.7")
    for agent in ("", "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"):
        for asker in (stranger, caller):
            by_address = asker.ask("/phonebook.xml", USER_AGENT=agent)
            assert (by_address.status, by_address.body) == (404, b"not found\n"), "only a token opens it"
    assert caller.ask(book, "PUT", b"<x/>").status == 404


def test_a_phone_without_one_gets_a_plain_no(caller: Caller, book: str) -> None:
    assert caller.ask(f"{caller.office.poly_url}phonebook.xml").status == 404, "a Poly reads no phonebook"
    settings.set_values(caller.office.house, caller.office.actor, "tenant", "", {"phonebook": "off"})
    off = caller.ask(book)
    assert (off.status, off.body) == (404, b"not found\n")


def test_a_token_opens_the_phonebook_of_its_own_company_alone(caller: Caller, book: str) -> None:
    house = caller.office.house
    other = Actor(accounts.ensure_company(house, "Verdi S.r.l."), "eva", Role.OPERATOR)
    directory.add_line(house, other, NewLine("301", "Eva Verdi"))
    _, url = devices.add_device(house, other, NewDevice("805ec0000001", "yealink", "T46U", ("301",)))
    assert caller.ask(f"{url}phonebook.xml").status == 404, "switched on for the first company alone"
    settings.set_values(house, other, "tenant", "", {"phonebook": "company"})
    theirs, ours = caller.ask(f"{url}phonebook.xml").body, caller.ask(book).body
    assert b"Eva Verdi" in theirs and b"Rossi" not in theirs
    assert b"Rossi" in ours and b"Eva Verdi" not in ours


def test_a_removed_phone_reads_nothing_more(caller: Caller, book: str) -> None:
    devices.remove_device(caller.office.house, caller.office.actor, caller.office.yealink)
    assert caller.ask(book).status == 404


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(st.text(max_size=200), st.from_regex(r"(q|search|page|ask)=[%a-f0-9&=;#+]{0,40}")))
def test_no_query_breaks_it(caller: Caller, query: str) -> None:
    settings.set_values(caller.office.house, caller.office.actor, "tenant", "", {"phonebook": "company"})
    assert caller.search(f"{caller.office.yealink_url}phonebook.xml", query).status == 200
