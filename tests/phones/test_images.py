"""Firmware at the phones' door: whole, in parts, and only for those whom it belongs to."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from provserver.db.models import PhoneLog
from provserver.domain.roles import Actor, Role
from provserver.phones.door import PhoneDoor
from provserver.services.access.accounts import ensure_company
from provserver.services.delivery.provisioning import Desk
from provserver.services.inventory import devices, firmware
from provserver.services.inventory.devices import NewDevice
from provserver.services.inventory.firmware import NewImage
from tests.phones.conftest import Caller

IMAGE = bytes(range(256)) * 1000
NAME = "T46U(T43U,T46U)-108.86.0.90.rom"
AGENT = "Yealink SIP-T46U 108.86.0.75 80:5e:c0:d9:c7:44"


@pytest.fixture
def image(caller: Caller) -> str:
    """An image for the office's T46U; give its address."""
    office = caller.office
    new = NewImage(NAME, "yealink", ("T46U", "T43U"), "108.86.0.90")
    firmware.add(office.house, office.actor, new, [IMAGE])
    return f"{office.yealink_url}firmware/{NAME}"


def test_a_phone_gets_a_whole_image_by_its_token(caller: Caller, image: str) -> None:
    answer = caller.ask(image)
    assert (answer.status, answer.body) == (200, IMAGE)
    assert answer.headers["Content-Length"] == str(len(IMAGE))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["ETag"])


def choose(caller: Caller, mac: str, name: str) -> None:
    """Choose an image for one phone."""
    devices.change_device(caller.office.house, caller.office.actor, mac, {"firmware_channel": name})


def test_an_image_is_found_in_any_case_and_beside_the_phones_files_once_it_is_chosen(
    caller: Caller, image: str
) -> None:
    assert caller.ask(image.replace(NAME, NAME.lower())).body == IMAGE
    assert caller.ask(image.replace("firmware/", "")).status == 404
    choose(caller, caller.office.yealink, NAME)
    assert caller.ask(image.replace("firmware/", "")).body == IMAGE


def test_the_start_of_a_name_may_be_a_folder(caller: Caller) -> None:
    office, mac = caller.office, "00085dd9c744"
    url = devices.add_device(office.house, office.actor, NewDevice(mac, "mitel", "6867i", ("201",)))[1]
    firmware.add(office.house, office.actor, NewImage("6.4.0-6867i.st", "mitel", ("6867i",), "6.4.0"), [IMAGE])
    choose(caller, mac, "6.4.0-6867i.st")
    told = re.search(r"firmware server: \S+(/p/\S+)", caller.ask(f"{url}{mac}.cfg").body.decode())
    assert told and caller.ask(f"{told[1]}/6867i.st").body == IMAGE
    assert caller.ask(f"{url}firmware/6.3.0/6867i.st").status == 404
    assert caller.ask(f"{url}6867i.st").status == 404, "by its own name alone it would load any"


def test_a_fanvil_finds_news_of_its_firmware_by_the_name_of_its_hardware(caller: Caller) -> None:
    office, mac = caller.office, "0c383ed9c744"
    url = devices.add_device(office.house, office.actor, NewDevice(mac, "fanvil", "X4U", ("201",)))[1]
    firmware.add(office.house, office.actor, NewImage("x4u.z", "fanvil", ("X4U",), "2.14.0"), [IMAGE])
    assert caller.ask(f"{url}fanvil_x4u_hwv1_0.txt").status == 404
    choose(caller, mac, "x4u.z")
    news = caller.ask(f"{url}fanvil_x4u_hwv1_0.txt").body.decode()
    assert news.startswith("Version=2.14.0\nFirmware=http")
    assert caller.ask(news.split("\n")[1].removeprefix("Firmware=")).body == IMAGE


def test_head_tells_the_size_and_sends_nothing(caller: Caller, image: str) -> None:
    answer = caller.ask(image, "HEAD", RANGE="bytes=0-9")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", str(len(IMAGE)))


def test_an_image_that_the_phone_has_is_not_sent_again(caller: Caller, image: str) -> None:
    etag = caller.ask(image).headers["ETag"]
    assert caller.ask(image, IF_NONE_MATCH=etag).status == 304
    assert caller.ask(image, IF_NONE_MATCH='"other"').status == 200


@pytest.mark.parametrize(
    ("asked", "part", "place"),
    [
        ("bytes=0-9", IMAGE[:10], "0-9"),
        ("bytes=1000-", IMAGE[1000:], f"1000-{len(IMAGE) - 1}"),
        ("bytes=-5", IMAGE[-5:], f"{len(IMAGE) - 5}-{len(IMAGE) - 1}"),
    ],
)
def test_a_part_is_sent_with_its_place(caller: Caller, image: str, asked: str, part: bytes, place: str) -> None:
    answer = caller.ask(image, RANGE=asked)
    assert (answer.status, answer.body) == (206, part)
    assert answer.headers["Content-Range"] == f"bytes {place}/{len(IMAGE)}"
    assert answer.headers["Content-Length"] == str(len(part))


def test_several_parts_are_sent_as_one_message(caller: Caller, image: str) -> None:
    answer = caller.ask(image, RANGE="bytes=0-9,256-265,-1")
    assert answer.status == 206 and int(answer.headers["Content-Length"]) == len(answer.body)
    boundary = answer.headers["Content-Type"].partition("boundary=")[2].encode()
    parts = answer.body.split(b"\r\n--" + boundary)
    assert parts[0] == b"" and parts[-1] == b"--\r\n"
    bodies = [part.partition(b"\r\n\r\n") for part in parts[1:-1]]
    assert [body for _, _, body in bodies] == [IMAGE[:10], IMAGE[:10], IMAGE[-1:]]
    assert b"Content-Range: bytes 256-265/256000" in bodies[1][0]


def test_a_part_beyond_the_end_is_refused_with_the_size(caller: Caller, image: str) -> None:
    answer = caller.ask(image, RANGE=f"bytes={len(IMAGE)}-")
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(IMAGE)}"


def test_a_part_of_another_version_is_the_whole_of_this_one(caller: Caller, image: str) -> None:
    etag = caller.ask(image).headers["ETag"]
    assert caller.ask(image, RANGE="bytes=0-9", IF_RANGE=etag).status == 206
    for other in ('"other"', f"W/{etag}", "Sun, 22 Nov 2026 09:00:00 GMT"):
        assert caller.ask(image, RANGE="bytes=0-9", IF_RANGE=other).body == IMAGE


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(header=st.text(max_size=40) | st.from_regex(r"bytes=[0-9,\-]{0,20}", fullmatch=True))
def test_no_range_breaks_the_door(caller: Caller, image: str, header: str) -> None:
    answer = caller.ask(image, RANGE=header)
    assert answer.status in {200, 206, 416}
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_a_stranger_cannot_tell_an_image_from_none(caller: Caller, image: str) -> None:
    stranger = caller.from_address("198.51.100.7")
    known, unknown = stranger.ask(f"/firmware/{NAME}"), stranger.ask("/firmware/other.rom")
    assert known == unknown and (known.status, known.body) == (404, b"not found\n")
    assert caller.ask(f"/p/{'a' * 32}/firmware/{NAME}") == known
    assert caller.ask(f"/firmware/{NAME}", X_FORWARDED_FOR="127.0.0.1") == known


def test_a_trusted_network_gets_it_by_name(caller: Caller, image: str) -> None:
    assert caller.ask(f"/firmware/{NAME}").body == IMAGE
    assert caller.ask(f"/firmware/{NAME}", USER_AGENT=AGENT, RANGE="bytes=0-3").body == IMAGE[:4]


def test_one_name_for_two_companies_is_told_apart_by_the_phone(caller: Caller, image: str) -> None:
    house = caller.office.house
    other = Actor(ensure_company(house, "Bianchi S.r.l."), "bruno", Role.OPERATOR)
    firmware.add(house, other, NewImage(NAME, "yealink", ("T46U",), "108.86.0.91"), [b"another"])
    _, address = devices.add_device(house, other, NewDevice("805ec0000002", "yealink", "T46U"))
    assert caller.ask(f"/firmware/{NAME}").status == 404
    assert caller.ask(f"/firmware/{NAME}", USER_AGENT=AGENT).body == IMAGE
    assert caller.ask(f"{address}firmware/{NAME}").body == b"another"


def test_a_phone_gets_no_image_of_another_model(caller: Caller, image: str) -> None:
    assert caller.ask(f"{caller.office.poly_url}firmware/{NAME}").status == 404


@pytest.mark.parametrize("path", ["/firmware/", "/firmware/a/b", "/firmware/..", "/firmware/" + "x" * 5000])
def test_nonsense_below_firmware_is_a_plain_no(caller: Caller, path: str) -> None:
    answer = caller.ask(path)
    assert (answer.status, answer.body) == (404, b"not found\n")


def test_nothing_is_uploaded_below_firmware(caller: Caller, image: str) -> None:
    for method in ("PUT", "POST", "DELETE"):
        answer = caller.ask(image, method, b"x")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_an_image_without_its_file_is_a_plain_no(caller: Caller, image: str) -> None:
    office = caller.office
    office.house.images.remove(firmware.image(office.house, office.actor, NAME).row.sha256)
    for method in ("GET", "HEAD"):
        assert caller.ask(image, method).status == 404


def test_optional_files_are_still_optional(caller: Caller, image: str) -> None:
    office = caller.office
    assert caller.ask(f"{office.poly_url}sip.ld").status == 404
    caller.recorder.flush()
    with office.house.database.reading() as session:
        verdicts = session.scalars(select(PhoneLog.verdict).where(PhoneLog.file == "sip.ld")).all()
    assert verdicts == ["optional"]


def test_who_loads_what_is_written_down(caller: Caller, image: str) -> None:
    caller.ask(image, RANGE="bytes=0-99")
    caller.recorder.flush()
    with caller.office.house.database.reading() as session:
        row = session.scalars(select(PhoneLog)).one()
    assert (row.file, row.status, row.reason) == (NAME.lower(), 206, f"100 of {len(IMAGE)} bytes")


def test_images_leave_threads_for_configurations(caller: Caller, image: str) -> None:
    office = caller.office
    house = replace(office.house, config=replace(office.house.config, web_threads=4))
    door = PhoneDoor(Desk(house, caller.recorder), lambda _environ, _start: [])
    path = image.removeprefix("http://prov.test")

    def ask() -> tuple[str, object]:
        seen: list[str] = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": "192.0.2.9"}
        body = door(environ, lambda status, _headers: seen.append(status))
        return seen[0], body

    under_way = [ask() for _ in range(2)]
    assert [status[:3] for status, _ in under_way] == ["200", "200"]
    assert ask()[0][:3] == "503"
    for _, body in under_way:
        body.close()  # type: ignore[attr-defined]
        body.close()  # type: ignore[attr-defined]
    again = [ask() for _ in range(3)]
    assert [status[:3] for status, _ in again] == ["200", "200", "503"]
    for _, body in again[:2]:
        body.close()  # type: ignore[attr-defined]
