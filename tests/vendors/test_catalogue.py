"""How a maker's table is read: what it says, what it inherits, and which model of it is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from provserver.domain.hardware import UNSOURCED, Evidence, Feature
from provserver.domain.phone import Phone
from provserver.domain.slots import KeyKind
from provserver.vendors.base import File, Push, Vendor
from provserver.vendors.catalogue import load

HEAD = r"""
[vendor]
title      = "Acme"
ouis       = ["02ac3e"]
user_agent = '^(?P<vendor>acme) (?P<model>\w+) (?P<firmware>[\d.]+)(?: (?P<mac>[0-9a-f:]{12,17}))?$'
updater    = 'updater'
parameter  = '\A[a-z.]+\Z'
reserved   = ["server.*"]
files      = ["{mac}.cfg", "acme{hw}.cfg", "common.cfg"]
optional   = ["{mac}-{any}.xml"]
kinds      = ["line", "blf", "dtmf"]
supports   = ["popup", "resync"]
lacks      = { reboot = "it restarts by hand" }
label_limit = 20

[vendor.pushes]
resync = "check-sync"
factory-reset = { event = "ACTION", content_type = "text/plain", body = "reset" }
"""
D1 = """
[models.D1]
accounts = 2
columns  = [2, 2]
pages    = 2
hardware = 7
screen   = [128, 64]
seen_as  = ["DESK_1"]
sidecar  = { name = "X4", keys = 4, columns = [2, 2], chain = 2, missing = [3] }
evidence = { keys = "manual", split = "peer" }
"""


class Package:
    """A maker that renders nothing."""

    def files(self, phone: Phone) -> Sequence[File]:
        """Render no file."""
        return ()

    def cannot_carry(self, value: str) -> str | None:
        """Carry everything."""
        return None


def acme(folder: Path, models: str, head: str = HEAD) -> Vendor:
    """Load a table as a maker called acme."""
    maker = folder / "acme"
    maker.mkdir(exist_ok=True)
    (maker / "models.toml").write_text(head + models, encoding="utf-8")
    return load(maker, Package())


def test_a_table_is_read_into_models(tmp_path: Path) -> None:
    maker = acme(tmp_path, D1)
    model = maker.models["D1"]
    assert (model.vendor, model.name, model.title, model.hardware) == ("acme", "D1", "D1", "7")
    assert (model.accounts, model.label_limit, model.label_bytes, model.screen) == (2, 20, None, (128, 64))
    assert len(model.slots) == 8
    assert len(model.sidecar_slots) == 6
    assert model.kinds == {KeyKind.LINE, KeyKind.BLF, KeyKind.DTMF}
    assert model.supports == {Feature.POPUP, Feature.RESYNC}
    assert model.lacks == {**UNSOURCED, "reboot": "it restarts by hand"}
    assert model.evidence == {"keys": Evidence.MANUAL, "split": Evidence.PEER}
    assert maker.rules.pushes["resync"] == Push("check-sync")
    assert maker.rules.pushes["factory-reset"] == Push("ACTION", "text/plain", b"reset")


def test_a_model_like_another_says_only_what_differs(tmp_path: Path) -> None:
    maker = acme(
        tmp_path,
        D1
        + """
[models.D2]
like = "D1"
accounts = 4
without = ["dtmf"]
unsupported = ["popup"]
lacks = { dtmf = "it sends no tones" }
evidence = { split = "inferred" }
[models.D3]
like = "D2"
title = "Desk 3"
blocks = [{ name = "line", keys = 3 }, { name = "memory", keys = 2, side = "right", paper = true }]
[models.D4]
like = "D3"
columns = [1]
pages = 1
""",
    )
    second, third, fourth = (maker.models[name] for name in ("D2", "D3", "D4"))
    assert (second.title, second.hardware, second.accounts) == ("D2", "", 4)
    assert second.blocks == maker.models["D1"].blocks
    assert second.sidecar == maker.models["D1"].sidecar
    assert second.kinds == {KeyKind.LINE, KeyKind.BLF}
    assert second.supports == {Feature.RESYNC}
    assert second.lacks == {**UNSOURCED, "reboot": "it restarts by hand", "dtmf": "it sends no tones"}
    assert second.evidence == {"keys": Evidence.MANUAL, "split": Evidence.INFERRED}
    assert (third.title, [block.name for block in third.blocks], len(third.slots)) == ("Desk 3", ["line", "memory"], 5)
    assert third.kinds == second.kinds, "what a model is without is inherited"
    assert [(block.name, block.columns) for block in fourth.blocks] == [("line", (1,))]
    assert maker.model("desk-1") is maker.models["D1"], "how one is spelled in requests is not inherited"


def test_facts_of_the_maker_s_own_are_kept_and_inherited_one_by_one(tmp_path: Path) -> None:
    maker = acme(
        tmp_path,
        D1 + 'facts = { family = "D", base = 4 }\n[models.D2]\nlike = "D1"\nfacts = { base = 5, names = ["a"] }\n',
    )
    assert maker.models["D1"].facts == {"family": "D", "base": 4}
    assert maker.models["D2"].facts == {"family": "D", "base": 5, "names": ["a"]}
    assert acme(tmp_path, D1).models["D1"].facts == {}


WRONG = {
    "no accounts": 'columns = [2]\nevidence = { keys = "peer" }',
    "no evidence": "accounts = 1\ncolumns = [2]",
    "an unknown degree of evidence": 'accounts = 1\ncolumns = [2]\nevidence = { keys = "hearsay" }',
    "an unknown kind": 'accounts = 1\nwithout = ["teleport"]\nevidence = {}',
    "an unknown feature": 'accounts = 1\nunsupported = ["poppup"]\nevidence = {}',
    "more keys than places": "accounts = 1\nkeys = 5\ncolumns = [2, 2]\nevidence = {}",
    "more keys than places on its pages": "accounts = 1\nkeys = 9\npages = 2\ncolumns = [2, 2]\nevidence = {}",
    "no pages": "accounts = 1\nkeys = 5\npages = 0\nevidence = {}",
    "a block without a name": "accounts = 1\nblocks = [{ keys = 1 }]\nevidence = {}",
    "a module with too many keys": (
        'accounts = 1\nevidence = {}\nsidecar = { name = "X", keys = 9, columns = [4], pages = 2, chain = 1 }'
    ),
    "a module without a chain": 'accounts = 1\nevidence = {}\nsidecar = { name = "X", keys = 4 }',
    "a word misspelled": "accounts = 1\ncolums = [2, 2]\nevidence = {}",
    "a parent that is not there": 'like = "D8"',
    "a parent that is itself": 'like = "D9"',
    "a parent that is its child": 'like = "D10"\n[models.D10]\nlike = "D9"',
    "text for columns": 'accounts = 1\ncolumns = "22"\nevidence = {}',
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_wrong_model_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(ValueError, match=r"^acme/models.toml: model D9: .") as problem:
        acme(tmp_path, f"{D1}\n[models.D9]\n{row}\n")
    assert "D1:" not in str(problem.value)


def test_a_model_is_found_by_every_spelling_of_its_name(tmp_path: Path) -> None:
    maker = acme(tmp_path, D1)
    for name in ("D1", "d1", " D-1 ", "desk_1", "DESK 1", "Acme D1", "acme-sip-d1"):
        assert maker.model(name) is maker.models["D1"]
    for name in ("", "D", "D11", "1", "D1 D1"):
        assert maker.model(name) is None


def test_a_request_tells_the_maker_the_model_the_firmware_and_the_address(tmp_path: Path) -> None:
    maker = acme(tmp_path, D1)
    found = maker.identify("Acme Desk_1 1.2.3 02:AC:3E:00:00:01")
    assert found is not None
    assert (found.vendor, found.model, found.firmware, found.mac) == ("acme", "D1", "1.2.3", "02ac3e000001")
    unknown = maker.identify("acme D7 1.2")
    assert unknown is not None
    assert (unknown.model, unknown.mac) == (None, None)
    assert maker.identify("Mozilla/5.0") is None


NAMES = ["{mac}.cfg", "acme{hw}.cfg", "{mac}-{any}.xml", "a+b(c).cfg", "UPPER.cfg"]


@pytest.mark.parametrize(
    ("name", "mac", "hardware"),
    [
        ("0004f2aabbcc.cfg", "0004f2aabbcc", None),
        ("acme7.cfg", None, "7"),
        ("acme123.cfg", None, "123"),
        ("0004f2aabbcc-a.b_c-9.xml", "0004f2aabbcc", None),
        ("0004f2aabbcc-.xml", "0004f2aabbcc", None),
        ("a+b(c).cfg", None, None),
        ("upper.cfg", None, None),
    ],
)
def test_a_file_name_is_read_by_its_pattern(tmp_path: Path, name: str, mac: str | None, hardware: str | None) -> None:
    maker = acme(tmp_path, D1, re.sub("^files .*$", f"files = {NAMES}", HEAD, flags=re.MULTILINE))
    found = [match for pattern in maker.rules.files if (match := pattern.fullmatch(name))]
    assert len(found) == 1
    assert found[0].groupdict().get("mac") == mac
    assert found[0].groupdict().get("hardware") == hardware


@pytest.mark.parametrize(
    "name",
    [
        "",
        "0004f2aabbcc.cfgx",
        "0004f2aabbcc_cfg",
        "0004F2AABBCC.cfg",
        "x0004f2aabbcc.cfg",
        "0004f2aabbc.cfg",
        "0004f2aabbcc.cfg\n",
        "acme1234.cfg",
        "acme.cfg",
        "acme٣.cfg",
        "0004f2aabbcc-a/b.xml",
        "0004f2aabbcc-a\\b.xml",
        "0004f2aabbcc-a b.xml",
        "0004f2aabbcc-" + "x" * 65 + ".xml",
        "aab(c).cfg",
    ],
)
def test_a_pattern_means_its_dots_and_nothing_more(tmp_path: Path, name: str) -> None:
    maker = acme(tmp_path, D1, re.sub("^files .*$", f"files = {NAMES}", HEAD, flags=re.MULTILINE))
    assert not [p for p in (*maker.rules.files, *maker.rules.optional) if p.fullmatch(name)]


def test_names_that_the_server_owns_and_hides_are_found_in_any_case(tmp_path: Path) -> None:
    rules = acme(tmp_path, D1, HEAD.replace("reserved", 'secrets = ["*code"]\nreserved')).rules
    assert rules.owns("server.url")
    assert rules.owns("SERVER.URL")
    assert not rules.owns("myserver.url")
    assert rules.hides("sip.CODE")
    assert not rules.hides("codes")
    assert rules.hides("passwords"), "no table need say so"


def test_a_change_that_restarts_sends_the_push_that_restarts(tmp_path: Path) -> None:
    words = 'restart_on = ["net.*"]\nmay_restart_on = ["net.*", "sip.*"]\nreserved'
    plain = acme(tmp_path, D1, HEAD.replace("reserved", words)).rules
    found = plain.resync(["sip.b", "net.vlan", "key.1", "sip.a"])
    assert (found.push.event, found.restarts, found.may_restart) == ("check-sync", ("net.vlan",), ("sip.a", "sip.b"))
    rebooting = HEAD.replace("reserved", words).replace("[vendor.pushes]", '[vendor.pushes]\nreboot = "boot"')
    rules = acme(tmp_path, D1, rebooting).rules
    assert rules.resync(["net.vlan"]).push == Push("boot")
    assert rules.resync(["sip.a"]).push == Push("check-sync")
    assert rules.resync([]).push == Push("check-sync")
