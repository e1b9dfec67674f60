"""First contacts at the command line."""

from provserver.services.enrolment import knocks
from provserver.services.enrolment.knocks import Heard
from tests.cli.conftest import Shell

MAC = "0004f2aabbcc"


def test_windows_are_opened_listed_and_closed(shell: Shell) -> None:
    shell.run("device", "add", MAC, "--model", "VVX301")
    assert [row["mac"] for row in shell.json("enrol", "open", MAC, "--minutes", "10")] == [MAC]
    assert "min" in shell.run("enrol", "list").stdout
    shell.run("enrol", "close", MAC)
    assert shell.json("enrol", "list") == []
    assert "MAC" in shell.run("enrol", "open", "--never-seen").stdout
    assert "minutes:" in shell.run("enrol", "open", MAC, "--minutes", "0", code=1).stderr
    assert "macs:" in shell.run("enrol", "open", code=1).stderr


def test_a_knock_is_listed_and_approved(shell: Shell) -> None:
    shell.run("device", "add", MAC, "--model", "VVX301")
    with shell.house.database.transaction() as session:
        knocks.write(session, [Heard(f"{MAC}.cfg", "198.51.100.7", "", "untrusted", shell.house.clock())])
    [row] = shell.json("enrol", "knocks")
    assert (row["mac"], row["known"], row["count"]) == (MAC, True, 1)
    assert "198.51.100.7" in shell.run("enrol", "knocks").stdout
    assert "198.51.100.7" in shell.run("enrol", "approve", str(row["id"])).stdout
    assert shell.json("enrol", "list")[0]["address"] == "198.51.100.7"


def test_the_policy_is_shown_and_decided(shell: Shell) -> None:
    assert "certificate" in shell.run("enrol", "policy").stdout
    assert shell.json("enrol", "policy", "--way", "window", "--way", "approval") == {"ways": ["window", "approval"]}
    assert "no first contact" in shell.run("enrol", "policy", "--none").stdout


def test_secrets_are_replaced(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("device", "add", MAC, "--model", "VVX301", "--line", "201")
    assert "/p/" in shell.run("device", "rotate-token", MAC).stdout
    assert "/p/" in shell.json("device", "rotate-token", MAC, "--revoke")["provisioning_url"]
    assert len(shell.json("line", "rotate-password", "201")["password"]) == 20
    assert "Password" in shell.run("line", "rotate-password", "201").stdout


def test_phones_are_locked_and_alarms_listed(shell: Shell) -> None:
    shell.run("device", "add", MAC, "--model", "VVX301")
    assert "is locked" in shell.run("device", "lock", MAC).stdout
    assert "not locked" in shell.run("device", "unlock", MAC).stdout
    assert shell.json("enrol", "alarms") == []
    assert "WHAT" in shell.run("enrol", "alarms", "--all").stdout
    shell.run("enrol", "alarms", "--acknowledge", "7", code=1)


def test_sources_are_listed_and_let_off(shell: Shell) -> None:
    assert shell.json("enrol", "sources") == []
    assert "MISSES" in shell.run("enrol", "sources").stdout
    shell.run("enrol", "sources", "--lift", "192.0.2.1", code=1)


def test_a_phone_gets_a_password_of_its_own(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("device", "add", MAC, "--model", "VVX301", "--line", "201")
    first = shell.json("device", "password", MAC, "--set")
    assert (first["stage"], first["username"], len(first["password"])) == ("sending", MAC, 16)
    assert shell.json("device", "password", MAC, "--reveal")["password"] == first["password"]
    assert shell.json("device", "password", MAC, "--rotate")["older"] == 1
    assert "sending" in shell.run("device", "password", MAC).stdout
    assert "password" not in shell.json("device", "password", MAC)
    assert shell.json("device", "password", MAC, "--clear")["stage"] == "none"


def test_pins_and_serial_numbers(shell: Shell) -> None:
    shell.run("device", "add", "000b828aa872", "--model", "GXP2135", "--serial", "20ez 3vdg60b1234")
    assert shell.json("device", "serial", "000b828aa872")["serial"] == "20EZ3VDG60B1234"
    given = shell.json("enrol", "pin", "000b828aa872", "--minutes", "10")
    assert len(given["pin"]) == 8
    assert "PIN:" in shell.run("enrol", "pin", "--never-seen").stdout
    assert [row["mac"] for row in shell.json("enrol", "pins")] == ["000b828aa872"]
    shell.run("enrol", "pin", "000b828aa872", "--end")
    assert shell.json("enrol", "pins") == []
    shell.run("device", "add", MAC, "--model", "VVX301")
    assert "no source tells" in shell.run("enrol", "pin", MAC, code=1).stderr
    assert "nobody has written" in shell.run("device", "serial", "000b828aa872", "--clear").stdout
