"""The history at the command line: listed, followed, given out."""

import csv
import io
import json

from sqlalchemy import text

from provserver.domain.chain import walk
from tests.cli.conftest import Shell


def _edit(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("line", "add", "202", "=1+1")
    shell.run("device", "add", "00:04:f2:aa:bb:cc", "--model", "VVX301", "--line", "201")
    shell.run("keys", "set", "0004f2aabbcc", "3=blf:202")


def test_the_history_of_a_key_is_listed(shell: Shell) -> None:
    _edit(shell)
    (found,) = shell.json("audit", "list", "--device", "0004f2aabbcc", "--key", "3")
    assert found["after"]["3"]["target"] == "202"
    assert "Mario Rossi" in shell.run("audit", "list", "--line", "201").stdout
    assert shell.json("audit", "list", "--until", "2000-01-01") == []
    assert "such as" in shell.run("audit", "list", "--since", "yesterday", code=1).stderr
    assert "name the device" in shell.run("audit", "list", "--key", "3", code=1).stderr


def test_a_whole_history_is_told_with_its_end_and_a_broken_one_with_the_line(shell: Shell) -> None:
    _edit(shell)
    (found,) = shell.json("audit", "verify")
    assert found["changes"] == 4
    assert found["broken"] is None
    shell.run("audit", "verify", "--company", found["company"], "--expect", found["head"])
    with shell.house.database.transaction() as session:
        guards = (
            "DROP TRIGGER change_stays" if shell.house.database.is_sqlite else "ALTER TABLE change DISABLE TRIGGER USER"
        )
        session.execute(text(guards))
        session.execute(text("UPDATE change SET actor = 'nobody' WHERE sequence = 3"))
    assert "line 3" in shell.run("audit", "verify", code=1).stderr
    shell.run("audit", "verify", "--expect", "1:2", code=2)
    assert (
        "64 hexadecimal"
        in shell.run("audit", "verify", "--company", found["company"], "--expect", "1:2", code=1).stderr
    )


def test_the_history_is_given_out_whole(shell: Shell) -> None:
    _edit(shell)
    lines = [json.loads(line) for line in shell.run("audit", "export").stdout.splitlines()]
    assert walk(lines)[1] is None
    assert [line["what"] for line in lines] == ["line added", "line added", "device added", "keys"]
    rows = list(csv.DictReader(io.StringIO(shell.run("audit", "export", "--format", "csv").stdout)))
    assert json.loads(rows[1]["after"])["name"] == "=1+1"
    assert rows[3]["subject"] == "0004f2aabbcc"


def test_a_change_is_taken_back_and_everything_before_it(shell: Shell) -> None:
    _edit(shell)
    (change,) = shell.json("audit", "list", "--what", "keys")
    number = str(change["id"])
    told = shell.run("audit", "undo", number, "--dry-run").stdout
    assert "Would put back: keys of 0004f2aabbcc" in told
    assert "1 phones are touched. 1 change, 0 restart." in told
    (undone,) = shell.json("audit", "undo", number)["changes"]
    assert undone["undoes"] == [change["id"]]
    assert "taken back already" in shell.run("audit", "undo", number, code=1).stderr
    shell.run("keys", "set", "0004f2aabbcc", "3=blf:201", "4=blf:202")
    shell.run("audit", "rollback", "--device", "0004f2aabbcc", "--before", str(undone["id"]))
    keys = shell.json("keys", "show", "0004f2aabbcc")
    assert (keys["3"]["target"], keys["4"]["kind"]) == ("202", "none")
    shell.run("audit", "rollback", code=2)
    assert "such as" in shell.run("audit", "rollback", "--to", "noon", code=1).stderr
