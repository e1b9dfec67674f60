"""Departments, groups, short codes, phones replaced and lines given on, at the command line."""

from tests.cli.conftest import Shell


def test_departments_are_added_changed_and_removed(shell: Shell) -> None:
    shell.run("department", "add", "Milan", "--operator", "9")
    shell.run("department", "add", "Sales", "--in", "Milan")
    shell.run("department", "change", "Sales", "--name", "Orders", "--in", "")
    rows = shell.json("department", "list")
    assert rows[1] == {"name": "Orders", "parent": "", "operator_number": ""}
    shell.run("line", "add", "201", "Mario Rossi", "--department", "Orders")
    assert "move them first" in shell.run("department", "remove", "Orders", code=1).output
    shell.run("department", "remove", "Orders", "--release")


def test_groups_are_added_changed_and_removed(shell: Shell) -> None:
    for extension in ("201", "202"):
        shell.run("line", "add", extension, "Somebody")
    shell.run("group", "add", "hunt", "Sales", "300", "--members", "202,201")
    shell.run("group", "change", "hunt", "Sales", "--members", "201 202", "--number", "310")
    assert shell.json("group", "list") == [
        {"kind": "hunt", "name": "Sales", "number": "310", "members": ["201", "202"]}
    ]
    shell.run("group", "remove", "hunt", "Sales")
    assert "there is no hunt group Sales" in shell.run("group", "remove", "hunt", "Sales", code=1).output


def test_short_codes_are_added_moved_and_removed(shell: Shell) -> None:
    shell.run("department", "add", "Milan")
    shell.run("short-code", "add", "801", "+39021", "--name", "Courier")
    assert "11 of 1000" in shell.run("short-code", "add", "810", "500", "--to", "819").output
    shell.run("short-code", "change", "810", "--to", "811")
    shell.run("short-code", "move", "810", "--to", "Milan")
    assert shell.json("short-code", "list", "--department", "Milan") == [
        {"codes": "810-811", "number": "500", "name": "", "department": "Milan"}
    ]
    assert "3 short codes are deleted" in shell.run("short-code", "remove", "801", "810").output


def test_a_phone_is_replaced_and_tells_what_is_lost(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("device", "add", "805ec0d9c744", "--model", "T46U", "--line", "201")
    shell.run("keys", "set", "805ec0d9c744", "27=speed-dial:*98")
    smaller = ("device", "replace", "805ec0d9c744", "0004f2000001", "--vendor", "poly", "--model", "VVX101")
    assert "27" in shell.run(*smaller, "--dry-run").output
    assert shell.json("device", "list")[0]["mac"] == "805ec0d9c744"
    done = shell.json(*smaller)
    assert done["provisioning_url"] and done["lost"][0]["name"] == "27"
    assert [row["mac"] for row in shell.json("device", "list")] == ["0004f2000001"]


def test_a_line_is_given_on(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("line", "reconfigure", "201", "Zoe Galli", code=1)
    assert "belongs to Zoe Galli" in shell.run("line", "reconfigure", "201", "Zoe Galli", "--yes").output
    assert shell.json("line", "list")[0]["name"] == "Zoe Galli"
