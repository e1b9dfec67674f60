"""Each maker's own parameter for firmware: written when an image is chosen, and only then."""

from dataclasses import replace

import pytest

from provserver.domain.hardware import Feature
from provserver.domain.phone import Phone
from provserver.services.editing.firmware_rules import lacks
from provserver.vendors.base import File
from provserver.vendors.registry import vendors
from tests.vendors.standard import standard_phone

NAME = "1.2.3-image(a,b).rom"
URL = "https://prov.example.com/p/not-a-real-token/firmware/1.2.3-image%28a%2Cb%29.rom"
FOLDER = "https://prov.example.com/p/not-a-real-token/firmware"
EVERY = [model for vendor in vendors().values() for model in vendor.models.values()]


def phone_of(vendor: str, model: str, name: str = NAME, **values: str) -> Phone:
    """A phone for which an image is chosen."""
    phone = standard_phone(vendors()[vendor].models[model])
    return replace(phone, firmware_name=name, firmware_version="1.2.3", **values)


def files_of(phone: Phone) -> dict[str, File]:
    """Its files, by their names without its address."""
    files = vendors()[phone.model.vendor].package.files(phone)
    return {file.name.replace(phone.mac, ""): file for file in files}


@pytest.mark.parametrize(
    ("vendor", "model", "file", "expected"),
    [
        ("yealink", "T46U", ".cfg", {"static.firmware.url": URL}),
        ("cisco", "SPA504G", ".xml", {"Upgrade_Enable": "Yes", "Upgrade_Rule": URL}),
        ("cisco", "8851", ".xml", {"Upgrade_Enable": "Yes", "Upgrade_Rule": URL}),
        ("cisco", "SPA112", ".xml", {"Upgrade_Enable": "Yes", "Upgrade_Rule": URL}),
        ("gigaset", "Maxwell3", ".xml", {"firmware": URL}),
        ("gigaset", "N870", ".xml", {"firmware": URL}),
        ("snom", "D785", "-firmware.xml", {"firmware": URL}),
        ("gigaset", "P820", "-firmware.xml", {"firmware": URL}),
        ("akuvox", "SP-R50P", ".cfg", {"Config.Firmware.Url": URL}),
        ("vtech", "VSP735", "vsp735_.cfg", {"provisioning.firmware_url": URL}),
        ("obihai", "OBi1062", ".xml", {"X_DeviceManagement.FirmwareUpdate.FirmwareURL": URL}),
        ("digium", "D65", ".cfg", {"firmware.model": "D65", "firmware.version": "1_2_3", "firmware.url": URL}),
        ("panasonic", "UT113", "config.cfg", {"FIRM_VERSION": "1.2.3", "FIRM_FILE_PATH": URL}),
        ("panasonic", "HDV230", "config.cfg", {"FIRM_UPGRADE_ENABLE": "Y", "FIRM_FILE_PATH": URL}),
        ("fanvil", "X4U", "-firmware.txt", {"firmware": URL}),
        ("yealink", "W70B", ".cfg", {"static.firmware.url": URL}),
        ("poly", "VVX301", ".cfg", {"APP_FILE_PATH": "firmware/1.2.3-image%28a%2Cb%29.rom"}),
        ("poly", "VVX301", "000000000000.cfg", {"APP_FILE_PATH": "firmware/1.2.3-image%28a%2Cb%29.rom"}),
    ],
)
def test_the_makers_parameter_names_the_image(vendor: str, model: str, file: str, expected: dict[str, str]) -> None:
    found = files_of(phone_of(vendor, model))[file]
    assert {name: found.parameters[name].value for name in expected} == expected
    assert all(value in found.body.decode() for value in expected.values())


def test_firmware_before_v81_spells_it_without_static() -> None:
    parameters = files_of(phone_of("yealink", "T28P", firmware="2.70.0.140"))[".cfg"].parameters
    assert parameters["firmware.url"].value == URL and "static.firmware.url" not in parameters


def test_snom_is_told_to_load_without_asking_and_where_to_look() -> None:
    files = files_of(phone_of("snom", "D785"))
    own = files[".xml"].parameters
    assert own["update_policy"].value == "auto_update"
    assert own["firmware_status"].value.endswith(f"/{phone_of('snom', 'D785').mac}-firmware.xml")
    assert f'<firmware perm="">{URL}</firmware>'.encode() in files["-firmware.xml"].body
    assert b"<firmware-settings>" in files["-firmware.xml"].body


def test_maxwell_and_bases_read_version_and_address_before_their_parameters() -> None:
    for model in ("Maxwell3", "N870"):
        body = files_of(phone_of("gigaset", model))[".xml"].body.decode()
        assert body.index(f'<file version="1.2.3" url="{URL}"/>') < body.index("<nvm>")


@pytest.mark.parametrize(
    ("model", "path", "prefix"),
    [
        ("GRP2614", "provisioning.firmware.serverPath", "provisioning.firmware.filePrefix"),
        ("GXP1628", "P192", "P232"),
        ("HT802", "P192", "P232"),
    ],
)
def test_grandstream_gets_the_path_without_scheme_and_what_stands_before_its_own_name(
    model: str, path: str, prefix: str
) -> None:
    parameters = files_of(phone_of("grandstream", model, "1.0.13.15-grp2610fw.bin"))["cfg.xml"].parameters
    assert parameters[path].value == "prov.example.com/p/not-a-real-token/firmware"
    assert parameters[prefix].value == "1.0.13.15-"
    plain = files_of(phone_of("grandstream", model, "grp2610fw.bin"))["cfg.xml"].parameters
    assert plain[prefix].value == ""


@pytest.mark.parametrize(
    ("vendor", "model", "name", "expected"),
    [
        ("htek", "UC926", "2.0.4-fwUC926.rom", {"P192": FOLDER, "P232": "2.0.4-"}),
        ("sangoma", "S500", "2.0.4-fwS500.rom", {"P192": FOLDER, "P232": "2.0.4-"}),
        ("sangoma", "S500", "fwS500.rom", {"P192": FOLDER, "P232": ""}),
        ("mitel", "6867i", "6.4.0-6867i.st", {"firmware server": f"{FOLDER}/6.4.0"}),
        ("mitel", "6867i", "6867i.st", {"firmware server": FOLDER}),
    ],
)
def test_a_phone_that_adds_its_own_name_gets_the_folder_and_what_stands_before(
    vendor: str, model: str, name: str, expected: dict[str, str]
) -> None:
    phone = phone_of(vendor, model, name)
    (file,) = [file for file in files_of(phone).values() if file.proves]
    assert {name: file.parameters[name].value for name in expected} == expected
    pattern = vendors()[vendor].rules.firmware_file
    assert pattern and pattern.fullmatch(name) and not pattern.fullmatch("image.bin")


def test_fanvil_finds_news_of_its_firmware_under_whatever_name_its_hardware_makes_up() -> None:
    phone = phone_of("fanvil", "X4U")
    files = files_of(phone)
    own = files[".cfg"].parameters
    assert own["fwCheck/UpgradeServer1"].value == "https://prov.example.com/p/not-a-real-token"
    assert files["-firmware.txt"].body.startswith(f"Version=1.2.3\nFirmware={URL}\n".encode())
    rules = vendors()["fanvil"].rules
    for name in ("fanvil_x4u_hwv1_0.txt", "fanvil_v67_hw1_1.txt", "fanvil_x3s_hw3_1_1.txt"):
        assert rules.same_as(name, phone.mac) == f"{phone.mac}-firmware.txt"
    assert rules.same_as(f"{phone.mac}.cfg", phone.mac) is None


def test_fanvils_first_firmwares_are_told_the_image_itself() -> None:
    files = files_of(phone_of("fanvil", "X4U", firmware="1.4.0"))
    assert files[".cfg"].parameters["AUTOUPDATE_CONFIG_MODULE/Auto_Image_URL"].value == URL
    assert "-firmware.txt" not in files


@pytest.mark.parametrize("model", EVERY, ids=lambda model: f"{model.vendor}-{model.name}")
def test_every_model_says_a_chosen_image_or_why_it_cannot(model: object) -> None:
    vendor, name = model.vendor, model.name  # type: ignore[attr-defined]
    chosen, plain = (phone_of(vendor, name, "1.0-grp2610fw.bin"), phone_of(vendor, name, ""))
    rules = vendors()[vendor].rules
    files, without = files_of(chosen), files_of(plain)
    differing = {
        parameter
        for key, file in files.items()
        for parameter in file.parameters
        if key not in without or parameter not in without[key].parameters
    }
    if Feature.FIRMWARE not in chosen.model.supports:
        assert len(lacks(chosen.model)) > 20
        return
    told = any(
        b"grp2610fw.bin" in file.body or b"1.0-" in file.body or b"firmware/1.0\n" in file.body
        for file in files.values()
    )
    assert told
    assert rules.resync(differing).restarts, "another image restarts the phone"


@pytest.mark.parametrize("model", EVERY, ids=lambda model: f"{model.vendor}-{model.name}")
def test_another_image_is_another_file_that_proves(model: object) -> None:
    if Feature.FIRMWARE not in model.supports:  # type: ignore[attr-defined]
        return
    vendor, name = model.vendor, model.name  # type: ignore[attr-defined]
    first, second = (files_of(phone_of(vendor, name, image)) for image in ("1-grp2610fw.bin", "2-grp2610fw.bin"))
    assert any(file.proves and file.body != second[key].body for key, file in first.items())


def test_the_address_of_an_image_is_a_secret() -> None:
    for model in EVERY:
        for file in files_of(phone_of(model.vendor, model.name)).values():
            assert all(one.secret for one in file.parameters.values() if "not-a-real-token/firmware" in one.value), (
                file.name
            )
