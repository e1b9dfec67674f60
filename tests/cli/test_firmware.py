"""Firmware from the command line: stored, listed, chosen, and kept while a phone should run it."""

import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

MAC = "805ec0d9c744"
NAME = "T46U-108.86.0.90.rom"


@pytest.fixture
def image(shell: Shell, tmp_path: Path) -> Path:
    """A T46U, and a file for it."""
    shell.run("device", "add", MAC, "--model", "T46U")
    path = tmp_path / NAME
    path.write_bytes(b"x" * 200_000)
    return path


def added(shell: Shell, image: Path) -> None:
    shell.run("firmware", "add", str(image), "--vendor", "yealink", "--models", "T46U,T43U", "--version", "108.86.0.90")


def test_an_image_is_added_listed_and_removed(shell: Shell, image: Path) -> None:
    added(shell, image)
    (listed,) = shell.json("firmware", "list", "T43U")
    assert listed["sha256"] == hashlib.sha256(image.read_bytes()).hexdigest()
    assert (listed["name"], listed["models"], listed["size"]) == (NAME, ["T46U", "T43U"], 200_000)
    assert NAME in shell.run("firmware", "list").stdout
    shell.run("firmware", "remove", NAME, given="n\n", code=1)
    shell.run("firmware", "remove", NAME, "--yes")
    assert shell.json("firmware", "list") == []


def test_another_name_is_given_and_json_is_printed(shell: Shell, image: Path) -> None:
    arguments = ("--vendor", "yealink", "--model", "T46U", "--version", "1", "--name", "other.rom")
    assert shell.json("firmware", "add", str(image), *arguments)["name"] == "other.rom"


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [("--vendor", "poly", "models"), ("--vendor", "nobody", "vendor"), ("--version", "a b", "version")],
)
def test_a_wrong_image_names_the_field(shell: Shell, image: Path, option: str, value: str, field: str) -> None:
    given = {"--vendor": "yealink", "--model": "T46U", "--version": "1", option: value}
    result = shell.run("firmware", "add", str(image), *(part for item in given.items() for part in item), code=1)
    assert f"Error: {field}: " in result.stderr
    shell.run("firmware", "add", str(image), "--vendor", "yealink", code=2)


def test_an_image_in_use_is_not_removed(shell: Shell, image: Path) -> None:
    added(shell, image)
    assert "phones concerned: 1" in shell.run("firmware", "choose", NAME, "--phone", MAC).stdout
    assert f"firmware/{NAME}" in shell.run("device", "render", MAC, f"{MAC}.cfg").stdout
    refused = shell.run("firmware", "remove", NAME, "--yes", code=1)
    assert "is chosen for phone 80:5" in refused.stderr
    assert shell.json("firmware", "list")[0]["chosen_for"]
    shell.run("firmware", "choose", "--inherit", "--phone", MAC)
    shell.run("firmware", "remove", NAME, "--yes")


def test_images_are_chosen_for_the_company_and_left_out_for_one_phone(shell: Shell, image: Path) -> None:
    added(shell, image)
    shell.run("firmware", "choose", NAME)
    assert "static.firmware.url" in shell.run("device", "render", MAC, f"{MAC}.cfg").stdout
    shell.run("firmware", "choose", "--none", "--phone", MAC)
    assert "static.firmware.url" not in shell.run("device", "render", MAC, f"{MAC}.cfg").stdout
    refused = shell.run("firmware", "choose", NAME, "--model", "yealink/T48U", code=1)
    assert "Error: firmware: " in refused.stderr
    shell.run("firmware", "choose", code=2)
    shell.run("firmware", "choose", NAME, "--inherit", code=2)
    shell.run("firmware", "choose", NAME, "--line", "201", "--phone", MAC, code=2)
