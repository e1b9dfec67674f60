"""What phones get, what strangers get, and what neither may tell apart."""

import logging
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from provserver.config import networks
from provserver.db.models import Device, PhoneLog, Rendering, Upload
from provserver.fronts import asking_address
from provserver.services.delivery import uploads
from provserver.services.editing import keys
from provserver.services.pushing import progress
from provserver.vendors.registry import vendors
from tests.phones.conftest import Caller

POLY_AGENT = "FileTransport PolycomVVX-VVX_301-UA/5.9.6.2327 Type/Application"
YEALINK_AGENT = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"


def fetched(caller: Caller, mac: str, file: str) -> str:
    with caller.office.house.database.reading() as session:
        device = session.scalar(select(Device).where(Device.mac == mac))
        assert device is not None
        row = session.get(Rendering, (device.id, file))
        return row.fetched_etag if row else ""


def test_a_phone_gets_its_file_by_its_token(caller: Caller) -> None:
    answer = caller.ask(f"{caller.office.poly_url}{caller.office.poly}-config.cfg")
    assert answer.status == 200 and b'reg.1.address="201"' in answer.body
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert answer.headers["ETag"].strip('"') == fetched(caller, caller.office.poly, f"{caller.office.poly}-config.cfg")


def test_upper_case_names_are_the_same_files(caller: Caller) -> None:
    name = f"{caller.office.poly.upper()}.cfg"
    assert caller.ask(f"{caller.office.poly_url}{name}").status == 200
    assert caller.ask(f"/{name}").status == 200


def test_an_unchanged_file_is_not_sent_again(caller: Caller) -> None:
    url = f"{caller.office.yealink_url}{caller.office.yealink}.cfg"
    first = caller.ask(url)
    again = caller.ask(url, IF_NONE_MATCH=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert caller.ask(url, IF_NONE_MATCH='"other"').status == 200


def test_an_unchanged_answer_proves_as_well(caller: Caller) -> None:
    office, name = caller.office, f"{caller.office.yealink}.cfg"
    etag = caller.ask(f"{office.yealink_url}{name}").headers["ETag"]
    with office.house.database.transaction() as session:
        session.execute(update(Rendering).values(fetched_etag=""))
    caller.ask(f"{office.yealink_url}{name}", IF_NONE_MATCH=etag)
    assert fetched(caller, office.yealink, name) == etag.strip('"')


def test_whoever_has_any_version_is_sent_none_and_proves_nothing(caller: Caller) -> None:
    name = f"{caller.office.yealink}.cfg"
    assert caller.ask(f"{caller.office.yealink_url}{name}", IF_NONE_MATCH="*").status == 304
    assert fetched(caller, caller.office.yealink, name) == ""


def test_a_fetch_is_kept_of_files_that_prove_nothing_too(caller: Caller) -> None:
    name = f"{caller.office.poly}.cfg"
    etag = caller.ask(f"{caller.office.poly_url}{name}").headers["ETag"]
    assert fetched(caller, caller.office.poly, name) == etag.strip('"')


def test_head_tells_the_size_and_proves_nothing(caller: Caller) -> None:
    name = f"{caller.office.yealink}.cfg"
    answer = caller.ask(f"{caller.office.yealink_url}{name}", "HEAD")
    assert answer.status == 200 and answer.body == b"" and int(answer.headers["Content-Length"]) > 1000
    assert fetched(caller, caller.office.yealink, name) == ""


def test_a_trusted_network_may_ask_by_address(caller: Caller) -> None:
    assert b"account.1.user_name = 202" in caller.ask(f"/{caller.office.yealink}.cfg").body
    by_agent = caller.ask("/y000000000108.cfg", USER_AGENT=YEALINK_AGENT)
    assert by_agent.status == 200 and by_agent.body.startswith(b"#!version:1.0.0.1")


def test_a_stranger_cannot_tell_known_phones_from_unknown_ones(caller: Caller) -> None:
    stranger = caller.from_address("198.51.100.7")
    known = stranger.ask(f"/{caller.office.yealink}.cfg")
    unknown = stranger.ask("/805ec0ffffff.cfg")
    assert known == unknown and known.status == 404


def test_a_front_in_our_network_does_not_lend_its_trust(caller: Caller) -> None:
    forwarded = caller.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_FOR="127.0.0.1")
    assert forwarded.status == 404


def _behind(caller: Caller, fronts: str, trusted: str = "127.0.0.0/8") -> Caller:
    """Give somebody who asks through the front 192.0.2.1; ``fronts`` and ``trusted`` are CIDRs."""
    house = caller.office.house
    config = replace(house.config, trusted_proxies=networks(fronts), trusted_networks=networks(trusted))
    office = replace(caller.office, house=replace(house, config=config))
    return replace(caller, office=office, address="192.0.2.1")


def test_a_known_front_names_who_asks(caller: Caller) -> None:
    front = _behind(caller, "192.0.2.1/32")
    assert front.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_FOR="198.51.100.7").status == 404
    assert front.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_FOR="6.6.6.6, 127.0.0.9").status == 200


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("198.51.100.7, 192.0.2.2", 404), ("198.51.100.7, 192.0.2.2, 192.0.2.3", 404),
        ("127.0.0.9, 198.51.100.7, 192.0.2.2", 404), ("6.6.6.6, 127.0.0.9, 192.0.2.2", 200),
    ],
)  # fmt: skip
def test_a_front_behind_a_front_does_not_lend_its_own_network(caller: Caller, written: str, status: int) -> None:
    front = _behind(caller, "192.0.2.0/29", trusted="127.0.0.0/8 192.0.2.0/24")
    assert front.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_FOR=written).status == status


@pytest.mark.parametrize("written", ["unknown", "", " , ", "127.0.0.1.evil", "_hidden", "127.1", "6.6.6.6, x"])
def test_a_front_that_does_not_say_for_whom_lends_no_trust(caller: Caller, written: str) -> None:
    front = _behind(caller, "192.0.2.1/32", trusted="127.0.0.0/8 192.0.2.0/24")
    assert front.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_FOR=written).status == 404
    assert front.ask(f"/{caller.office.yealink}.cfg", X_FORWARDED_PROTO="https").status == 404
    assert front.ask(f"/{caller.office.yealink}.cfg", FORWARDED="for=198.51.100.7").status == 404
    assert front.ask(f"/{caller.office.yealink}.cfg", X_REAL_IP="198.51.100.7").status == 404
    assert front.ask(f"/{caller.office.yealink}.cfg").status == 200


@pytest.mark.parametrize(
    "written",
    ["203.0.113.9:4711", "203.0.113.9", "::ffff:203.0.113.9", "[::ffff:203.0.113.9]:4711", '"203.0.113.9:1"'],
)
def test_an_address_with_a_port_is_that_address(written: str) -> None:
    assert asking_address(written, ()) == "203.0.113.9"
    assert asking_address("[2001:db8::7]:4711", ()) == asking_address("2001:db8::7%eth0", ()) == "2001:db8::7"


@pytest.mark.parametrize(
    "path",
    [
        "/p/", "/p/short/x.cfg", "/p/" + "a" * 32 + "/0004f2aabbcc.cfg", "/p/../../etc/passwd",
        "/p/" + "a" * 32 + "/../../secret.key", "/p/" + "a" * 32 + "/" + "x" * 5000, "/p/\x00/\x00",
        "/000000000000.cfg",
        "/p/ééééééééééééééééé/0004f2aabbcc.cfg", "/0004f2aabbcc.enc",
    ],
)  # fmt: skip
def test_nonsense_is_a_plain_no(caller: Caller, path: str) -> None:
    answer = caller.ask(path)
    assert answer.status == 404 and answer.body == b"not found\n"


@pytest.mark.parametrize("path", ["/", "/phones", "/0004f2aabbc.cfg", "/../0004f2aabbcc.cfg", "/a/0004f2aabbcc.cfg"])
def test_what_is_not_a_phones_goes_on(caller: Caller, path: str) -> None:
    assert caller.ask(path).body == b"not a phone"


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(caller: Caller, method: str) -> None:
    answer = caller.ask(f"{caller.office.poly_url}{caller.office.poly}.cfg", method)
    assert answer.status == 405 and "GET" in answer.headers["Allow"]


def test_an_upload_is_kept_and_what_the_maker_wants_back_is_handed_back(caller: Caller) -> None:
    office = caller.office
    assert caller.ask(f"{office.yealink_url}{office.yealink}-local.cfg").status == 404
    sent = caller.ask(f"{office.yealink_url}{office.yealink}-local.cfg", "PUT", b"#!version:1.0.0.1\nx = 1\n")
    assert sent.status == 201
    assert caller.ask(f"{office.yealink_url}{office.yealink}-local.cfg").body.endswith(b"x = 1\n")
    assert caller.ask(f"{office.poly_url}{office.poly}-phone.cfg", "PUT", b"<PHONE_CONFIG/>").status == 201
    assert caller.ask(f"{office.poly_url}{office.poly}-phone.cfg").status == 404  # it would outrank the server
    assert caller.ask(f"{office.poly_url}{office.poly}-app.log", "PUT", b"0101 boot").status == 201
    with office.house.database.reading() as session:
        assert all(b"boot" not in row.sealed_body for row in session.scalars(select(Upload)))


def test_what_is_handed_back_is_not_sent_twice(caller: Caller) -> None:
    url = f"{caller.office.yealink_url}{caller.office.yealink}-local.cfg"
    caller.ask(url, "PUT", b"x = 1\n")
    etag = caller.ask(url).headers["ETag"]
    assert caller.ask(url, IF_NONE_MATCH=etag).status == 304
    caller.ask(url, "PUT", b"x = 2\n")
    assert caller.ask(url, IF_NONE_MATCH=etag).body == b"x = 2\n"


def test_uploads_have_limits(caller: Caller) -> None:
    office = caller.office
    url = f"{office.poly_url}{office.poly}-app.log"
    assert caller.ask(url, "PUT", b"x" * (uploads.UPLOAD_LIMIT + 1)).status == 413
    assert caller.ask(url, "PUT", None).status == 411
    assert caller.ask(url, "PUT", b"ten", CONTENT_LENGTH="10").status == 400
    assert caller.ask(url, "PUT", b"ten", CONTENT_LENGTH="-1").status == 411
    assert caller.ask(f"{office.poly_url}{office.poly}.cfg", "PUT", b"<evil/>").status == 404
    assert caller.ask(f"/p/{'a' * 32}/{office.poly}-app.log", "PUT", b"x").status == 404
    assert caller.from_address("198.51.100.7").ask(f"/{office.poly}-app.log", "PUT", b"x").status == 404


def test_one_phone_cannot_touch_anothers_files(caller: Caller) -> None:
    office = caller.office
    assert caller.ask(f"{office.poly_url}{office.yealink}.cfg").status == 404
    assert caller.ask(f"{office.poly_url}{office.yealink}-local.cfg", "PUT", b"x").status == 404


def test_what_is_learned_of_a_phone_is_written_down(caller: Caller) -> None:
    office = caller.office
    caller.ask(f"{office.yealink_url}{office.yealink}.cfg", USER_AGENT=YEALINK_AGENT)
    caller.ask(f"{office.poly_url}{office.poly}.cfg", USER_AGENT=POLY_AGENT.replace("Application", "Updater"))
    caller.ask("/805ec0ffffff.cfg", USER_AGENT=YEALINK_AGENT)
    caller.recorder.flush()
    yealink = progress.standing(office.house, office.actor, office.yealink)[0].device
    assert (yealink.firmware, yealink.seen_model, yealink.address) == ("108.86.0.75", "yealink/T46U", "127.0.0.1")
    poly = progress.standing(office.house, office.actor, office.poly)[0].device
    assert poly.firmware == "" and poly.seen_model == "poly/VVX301"
    with office.house.database.reading() as session:
        unknown = session.scalars(select(PhoneLog).where(PhoneLog.device_id.is_(None))).all()
    assert [row.verdict for row in unknown] == ["unknown-phone"]


def test_a_stale_file_is_rendered_for_whoever_asks_first(caller: Caller) -> None:
    office = caller.office
    with office.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == office.yealink).values(description="Moved"))
        session.execute(update(Rendering).values(stale=True))
    assert b"Moved" in caller.ask(f"{office.yealink_url}{office.yealink}.cfg").body


def test_a_file_that_cannot_be_rendered_is_answered_with_the_last_good_one(caller: Caller) -> None:
    office, name = caller.office, f"{caller.office.yealink}.cfg"
    good = caller.ask(f"{office.yealink_url}{name}").body
    with office.house.database.transaction() as session:
        session.execute(update(Device).where(Device.mac == office.yealink).values(model="T99Z"))
        session.execute(update(Rendering).values(stale=True))
    answer = caller.ask(f"{office.yealink_url}{name}")
    assert (answer.status, answer.body) == (200, good)
    with office.house.database.reading() as session:
        from provserver.db.models import Change

        assert session.scalar(select(Change).where(Change.what == "rendering failed"))


def test_a_database_that_is_gone_is_answered_with_try_again(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    office = caller.office
    caller.recorder.close()
    with office.house.database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE device_token RENAME TO gone")
    answer = caller.ask(f"{office.yealink_url}{office.yealink}.cfg")
    assert answer.status == 503 and answer.headers["Retry-After"] == "60" and b"Traceback" not in answer.body
    with office.house.database.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE gone RENAME TO device_token")
    assert caller.ask(f"{office.yealink_url}{office.yealink}.cfg").status == 200


def test_no_secret_and_no_token_is_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    office = caller.office
    logger = logging.getLogger("provserver")
    logger.propagate = True
    with caplog.at_level(logging.DEBUG, logger="provserver"):
        body = caller.ask(f"{office.yealink_url}{office.yealink}.cfg", AUTHORIZATION="Basic c2VjcmV0").body.decode()
        caller.ask(f"{office.yealink_url}nonsense.cfg")
        keys.set_keys(office.house, office.actor, office.yealink, {"4": {"kind": "speed-dial", "target": "1"}})
    password = next(line.partition(" = ")[2] for line in body.splitlines() if line.startswith("account.1.password"))
    token = office.yealink_url.rstrip("/").rpartition("/")[2]
    written = caplog.text + repr([vars(record) for record in caplog.records])
    assert password and "A phone asked" in written
    for secret in (password, token, "c2VjcmV0"):
        assert secret not in written


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=st.text(min_size=0, max_size=200), method=st.sampled_from(["GET", "HEAD", "PUT", "POST", "BREW"]))
def test_no_path_breaks_the_door(caller: Caller, path: str, method: str) -> None:
    answer = caller.ask("/p/" + path, method, b"x" if method in {"PUT", "POST"} else None, USER_AGENT=path)
    assert answer.status in {404, 405}


def test_every_file_of_every_makers_chain_is_recognised() -> None:
    from provserver.vendors.registry import claim

    for vendor in vendors().values():
        for row in vendor.seen:
            assert row["user_agent"]
    assert claim("0004f2aabbcc-directory.xml") and claim("y000000000108.cfg") and claim("805ec0d9c744.boot")
