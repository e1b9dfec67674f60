"""The documents in step with the code: what they name is there."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from provserver.cli import main
from provserver.config import Config

ROOT = Path(__file__).parent.parent
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
DOCUMENTS = [pytest.param(path, id=path.name) for path in (*(ROOT / name for name in NAMES), *ROOT.glob("docs/*.md"))]
BLOCK, LINE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL), re.compile(r"^provserver .*$", re.MULTILINE)
WITHIN = re.compile(r"`(provserver [^`]+)`")
MAP_ROW = re.compile(r"^\| (?P<where>`(?P<package>\w+)/`.*?) \| (?P<what>.*) \|$", re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_command_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = [line for block in BLOCK.findall(text) for line in LINE.findall(block)]
    for said in [*blocks, *WITHIN.findall(BLOCK.sub("", text))]:
        command: click.Command = main
        for word in said.split()[1:]:
            if not isinstance(command, click.Group) or not re.fullmatch(r"[a-z-]+", word) or word.startswith("-"):
                break
            assert word in command.commands, said
            command = command.commands[word]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_option_that_a_document_names_is_one(path: Path) -> None:
    options = {f"PROVSERVER_{one.name.upper()}" for one in fields(Config)}
    assert set(re.findall(r"\bPROVSERVER_[A-Z_]+\b", path.read_text(encoding="utf-8"))) <= options


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_every_module_of_the_map_is_there() -> None:
    rows = list(MAP_ROW.finditer((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")))
    assert len(rows) > 5
    for row in rows:
        for name in re.findall(r"`([a-z_]+)`", row["what"]):
            places = [ROOT / "provserver" / row["package"] / name, ROOT / "provserver" / name]
            assert any(place.is_dir() or place.with_suffix(".py").is_file() for place in places), name
