"""Lines and phones as one table: in and out again, every wrong row named, nothing half-saved."""

import json
from pathlib import Path

import pytest

from provserver.domain.roles import Actor
from provserver.services.history import audit
from tests.cli.conftest import Shell

TABLE = """\
extension,name,display_name,department,mac,vendor,model,description,keys
201,Mario Rossi,Reception,Uffici,00:04:F2:AA:BB:CC,poly,VVX301,Atrio,"1=line | 3=blf:204 | 4=pickup:*98,label=Presa"
202,Giulia Verdi,,Uffici,805ec0d9c744,yealink,T46U,,1=line | 2=blf:201 | s1.4=blf:204
204,Anna Bianchi,,Officina,,,,,
"""


def test_a_table_makes_lines_phones_keys_and_departments(shell: Shell) -> None:
    done = json.loads(shell.run("import", "-", "--json", given=TABLE).stdout)
    assert done["saved"]
    assert done["lines_added"] == ["201", "202", "204"]
    assert done["departments_added"] == ["Uffici", "Officina"]
    assert [device["mac"] for device in done["devices_added"]] == ["0004f2aabbcc", "805ec0d9c744"]
    assert shell.json("keys", "show", "0004f2aabbcc")["4"]["label"] == "Presa"
    assert shell.json("keys", "show", "805ec0d9c744")["s1.4"]["target"] == "204"


def test_a_table_is_given_as_json_too(shell: Shell) -> None:
    shell.run("import", "-", given=TABLE)
    rows = shell.json("export")
    assert [row["extension"] for row in rows] == ["201", "202", "204"]
    assert rows[0]["mac"] == "0004f2aabbcc" and "password" not in rows[0]


def test_importing_the_same_again_changes_nothing(shell: Shell, actor: Actor) -> None:
    shell.run("import", "-", given=TABLE)
    newest = audit.history(shell.house, actor)[0].id
    assert "nothing to change" in shell.run("import", "-", given=TABLE).stdout
    assert audit.history(shell.house, actor)[0].id == newest


def test_what_is_exported_can_be_imported(shell: Shell) -> None:
    shell.run("import", "-", given=TABLE)
    shell.run("line", "rename", "204", "=SUM(1)")
    shell.run("keys", "set", "805ec0d9c744", "5=speed-dial:201,label=a | 6=none", "7=dtmf:12,3")
    exported = shell.run("export", "--secrets").stdout
    assert "'=SUM(1)" in exported
    for mac in ("0004f2aabbcc", "805ec0d9c744"):
        shell.run("device", "remove", mac, "--yes")
    shell.run("import", "-", given=exported)
    assert shell.run("export", "--secrets").stdout == exported
    assert shell.json("keys", "show", "805ec0d9c744")["5"]["label"] == "a | 6=none"


def test_passwords_are_exported_on_demand_and_audited(shell: Shell, actor: Actor) -> None:
    password = shell.json("line", "add", "201", "Mario Rossi")["password"]
    assert password not in shell.run("export").stdout
    assert password in shell.run("export", "--secrets").stdout
    newest = audit.history(shell.house, actor)[0]
    assert newest.what == "passwords exported"
    assert password not in str(newest.after)


def test_a_file_of_passwords_is_its_owners_alone(shell: Shell, tmp_path: Path) -> None:
    shell.run("line", "add", "201", "\uff1d1+1")
    shell.run("export", "--secrets", "-o", str(tmp_path / "people.csv"))
    assert (tmp_path / "people.csv").stat().st_mode & 0o077 == 0
    assert "'\uff1d1+1" in (tmp_path / "people.csv").read_text()
    shell.run("import", str(tmp_path / "people.csv"))
    assert shell.json("line", "list")[0]["name"] == "\uff1d1+1"


def test_an_export_goes_to_a_file(shell: Shell) -> None:
    shell.run("import", "-", given=TABLE)
    path = shell.house.config.data_dir / "people.csv"
    shell.run("export", "-o", str(path))
    assert path.read_text(encoding="utf-8") == shell.run("export").stdout


def test_a_row_changes_what_exists(shell: Shell) -> None:
    shell.run("import", "-", given=TABLE)
    changed = "extension;display_name;mac;keys\n201;Portineria;0004f2aabbcc;1=line | 2=blf:202\n"
    done = json.loads(shell.run("import", "-", "--json", given=changed).stdout)
    assert done["lines_changed"] == ["201"]
    assert done["devices_changed"] == ["0004f2aabbcc"]
    plan = shell.json("keys", "show", "0004f2aabbcc")
    assert plan["2"]["target"] == "202"
    assert plan["3"]["kind"] == "none"
    (line,) = shell.json("line", "list", "201")
    assert line["name"] == "Mario Rossi"
    assert line["display_name"] == "Portineria"


WRONG = """\
extension,name,mac,vendor,model,keys
201,Mario Rossi,0004f2aabbcc,poly,VVX301,1=line
2x1,Luca,,,,
202,,,,,
203,Anna,zz,poly,VVX301,
204,Giulia,805ec0d9c744,yealink,T46U,3=blf:999 | 4=frob
204,Doppio,,,,
205,Sara,0004f2aabb00,poly,T46U,
,,,,,"1=line"
"""


def test_every_wrong_row_is_named_and_nothing_is_saved(shell: Shell) -> None:
    result = shell.run("import", "-", "--json", given=WRONG, code=1)
    done = json.loads(result.stdout)
    assert not done["saved"]
    places = {(error["row"], error["field"]) for error in done["errors"]}
    assert places == {
        (3, "extension"), (4, "name"), (5, "mac"), (6, "4.kind"), (7, "extension"), (8, "model"), (9, "keys"),
        (9, "extension"),
    }  # fmt: skip
    assert shell.json("line", "list") == []
    assert shell.json("device", "list") == []
    text = shell.run("import", "-", given=WRONG, code=1).stderr
    assert "Error: row 3: extension: " in text
    assert "Nothing is saved" in text


def test_keep_going_leaves_only_the_wrong_rows_out(shell: Shell) -> None:
    shell.run("import", "-", "--keep-going", given=WRONG, code=1)
    assert {line["extension"] for line in shell.json("line", "list")} == {"201", "203", "204", "205"}
    assert {item["mac"] for item in shell.json("device", "list")} == {"0004f2aabbcc", "805ec0d9c744"}


def test_a_dry_run_saves_nothing(shell: Shell) -> None:
    assert (
        "nothing is saved: 3 lines added, 2 phones added" in shell.run("import", "-", "--dry-run", given=TABLE).stdout
    )
    assert shell.json("line", "list") == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("frob,mac\n1,2\n", "frob: unknown column"),
        ("mac,mac\n1,2\n", "mac: this column stands twice"),
        ("name\nMario\n", "extension: the first row names the columns"),
        ("extension,name\n1,2,3\n", "row 2: more cells"),
        ('extension,name\n1,"2\n', "this is not CSV"),
        (b"extension,name\n1,Jos\xe9\n", "file: this is not UTF-8"),
        ("", "extension: the first row names the columns"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(shell: Shell, table: str | bytes, words: str) -> None:
    assert words in shell.run("import", "-", given=table, code=1).stderr


def test_another_model_at_the_same_address_is_refused(shell: Shell) -> None:
    shell.run("import", "-", given=TABLE)
    table = "mac,vendor,model\n0004f2aabbcc,poly,VVX450\n"
    assert "row 2: model: " in shell.run("import", "-", given=table, code=1).stderr
