"""Every command does what it says, refuses with the field's name, and prints JSON for programs."""

import json
import re

import pytest
from click.testing import CliRunner

from provserver.cli import COMMANDS, main
from provserver.domain.roles import Actor
from provserver.domain.secret import MASK
from provserver.services.editing import settings
from provserver.services.history import audit
from provserver.services.inventory import phone_list
from provserver.vendors.registry import vendors
from tests.cli.conftest import Shell

MAC = "0004f2aabbcc"


def _paths(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [path]
    return [found for name, item in inner.items() for found in _paths(item, (*path, name))]


@pytest.fixture
def phone(shell: Shell) -> str:
    """Lines 201 and 204, and a VVX301 for 201."""
    shell.run("line", "add", "201", "Mario Rossi")
    shell.run("line", "add", "204", "Anna Bianchi")
    shell.run("device", "add", "00:04:F2:AA:BB:CC", "--model", "VVX301", "--line", "201")
    return MAC


@pytest.mark.parametrize("path", _paths(main), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert "Example:" in result.output
    assert " ".join(("provserver", *path)) in result.output


def test_help_lists_every_group() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    assert all(f"\n  {command.name} " in output for command in COMMANDS)


def test_wrong_usage_exits_with_2(shell: Shell) -> None:
    shell.run("frobnicate", code=2)
    shell.run("device", "add", code=2)
    shell.run("keys", "set", MAC, code=2)


def test_a_phone_is_added_listed_shown_and_removed(shell: Shell, phone: str) -> None:
    (listed,) = shell.json("device", "list", "rossi")
    assert listed["mac"] == MAC
    assert listed["vendor"] == "poly"
    assert listed["lines"] == ["201"]
    assert listed["state"] == "new"
    assert shell.json("device", "list", "nobody") == []
    shown = shell.json("device", "show", "00-04-f2-aa-bb-cc")
    assert f"{MAC}-config.cfg" in {file["name"] for file in shown["files"]}
    assert "VVX301" in shell.run("device", "show", MAC).stdout
    shell.run("device", "remove", MAC, given="n\n", code=1)
    shell.run("device", "remove", MAC, "--yes")
    assert shell.json("device", "list") == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("device", "add", "nonsense", "--model", "VVX301"), "mac"),
        (("device", "add", "00:00:5e:00:53:01", "--model", "VVX301"), "vendor"),
        (("device", "add", "0004f2000001", "--model", "T46U"), "model"),
        (("device", "add", "0004f2000001", "--model", "VVX301", "--line", "999"), "lines"),
        (("device", "add", MAC, "--model", "VVX301"), "mac"),
        (("line", "add", "2 0", "Anna"), "extension"),
        (("line", "add", "201", "Anna"), "extension"),
        (("keys", "set", MAC, "3=blf:999"), "3.target"),
        (("keys", "set", MAC, "3=frob:1"), "3.kind"),
        (("keys", "set", MAC, "99=blf:204"), "99"),
        (("keys", "set", MAC, "nonsense"), "nonsense"),
        (("keys", "set", MAC, "3=blf:204,line=x"), "3: line"),
        (("device", "list", "--company", "Nobody & Co"), "company"),
        (("user", "add", "anna", "--password-stdin"), "password"),
    ],
)
def test_a_refusal_names_the_field_and_exits_with_1(
    shell: Shell, phone: str, arguments: tuple[str, ...], field: str
) -> None:
    result = shell.run(*arguments, code=1)
    assert result.stderr.startswith(f"Error: {field}: ")
    assert result.stdout == ""


def test_keys_are_set_in_words_and_as_json(shell: Shell, phone: str) -> None:
    shell.run("keys", "set", MAC, "3=blf:204", "4=speed-dial:*98,label=Pickup, please", "s1.5=blf:201,name=no")
    plan = shell.json("keys", "show", MAC)
    assert plan["3"] == {
        "kind": "blf", "target": "204", "label": "", "line": 1, "use_name_as_label": True, "locked": False,
    }  # fmt: skip
    assert plan["4"]["label"] == "Pickup, please"
    assert plan["s1.5"]["use_name_as_label"] is False
    assert plan["1"]["kind"] == "line"
    given = json.dumps({"3": {"kind": "none"}, "4": {"kind": "speed-dial", "target": "*98", "label": "Pickup, please"}})
    answer = json.loads(shell.run("keys", "set", MAC, "--file", "-", "--json", given=given).stdout)
    assert answer["changed"] == ["3"]
    assert "Anna Bianchi" not in shell.run("keys", "show", MAC).stdout


def test_a_dry_run_of_keys_changes_nothing(shell: Shell, phone: str) -> None:
    assert "Would change: key 3" in shell.run("keys", "set", MAC, "3=blf:204", "--dry-run").stdout
    assert shell.json("keys", "show", MAC)["3"]["kind"] == "none"


def test_a_rename_reaches_the_keys(shell: Shell, phone: str) -> None:
    shell.run("keys", "set", MAC, "3=blf:204")
    shell.run("line", "rename", "204", "Anna Verdi")
    assert "Anna Verdi" in shell.run("keys", "show", MAC).stdout
    assert {line["name"] for line in shell.json("line", "list")} == {"Mario Rossi", "Anna Verdi"}


def test_a_rendered_file_is_masked_and_a_revealed_one_is_audited(shell: Shell, actor: Actor) -> None:
    password = shell.json("line", "add", "201", "Mario Rossi")["password"]
    shell.run("device", "add", MAC, "--model", "VVX301", "--line", "201")
    masked = shell.run("device", "render", MAC).stdout
    assert MASK in masked
    assert password not in masked
    assert password in shell.run("device", "render", MAC, f"{MAC}-config.cfg", "--reveal").stdout
    assert "PHONE_CONFIG" not in shell.run("device", "render", MAC, f"{MAC}.cfg").stdout
    newest = audit.history(shell.house, actor)[0]
    assert "revealed" in newest.what
    assert newest.actor.startswith("cli:")


def test_a_phone_without_an_address_cannot_be_resynced(shell: Shell, phone: str) -> None:
    assert "no address yet" in shell.run("device", "resync", MAC, code=1).stderr


def test_models_are_shown(shell: Shell) -> None:
    model = shell.json("device", "show-model", "yealink/T46U")
    assert model["accounts"] == 16
    assert model["layout"][0] == {"slot": "1", "column": 1, "row": 1, "page": 1}
    assert shell.json("device", "show-model", "yealink", "t46u") == model
    listed = shell.run("device", "show-model", "yealink").output
    assert "T46U" in listed and "VVX301" not in listed
    assert {one["vendor"] for one in shell.json("device", "show-model")} == set(vendors())
    assert shell.run("device", "show-model", "--markdown").output == phone_list.markdown()
    shell.run("device", "show-model", "nobody", code=1)
    shell.run("device", "show-model", "yealink/T99", code=1)


def test_people_and_tokens(shell: Shell) -> None:
    made = shell.json("user", "add", "Anna", "--role", "admin")
    assert re.fullmatch(r"\w{16}", made["password"])
    shell.run("user", "add", "bob", "--password-stdin", given="correct horse\n")
    assert shell.json("user", "password", "anna")["password"] != made["password"]
    people = {person["name"]: person for person in shell.json("user", "list")}
    assert people["anna"].items() >= {"name": "anna", "role": "admin", "company": "Rossi S.p.A."}.items()
    assert people["bob"]["role"] == "operator"
    assert len(shell.run("token", "create").stdout.strip()) >= 22
    assert shell.json("token", "create", "monitoring", "--role", "reader")["role"] == "reader"


def test_several_companies_must_be_told_apart(shell: Shell) -> None:
    from provserver.services.access.accounts import ensure_company

    ensure_company(shell.house, "Verdi S.r.l.")
    assert "--company" in shell.run("line", "list", code=2).stderr
    shell.run("line", "add", "201", "Mario", "--company", "Verdi S.r.l.")
    assert shell.json("line", "list", "--company", "Rossi S.p.A.") == []


def test_the_configuration_is_shown_with_origins_and_without_secrets(shell: Shell) -> None:
    environment = {
        "PROVSERVER_DATABASE_URL": "postgresql+psycopg://prov:hidden-word@db.example.com/prov",
        "PROVSERVER_ADMIN_PASSWORD": "hidden-password",
        "PROVSERVER_API_TOKEN": "hidden-token-0123456789",
        "PROVSERVER_TRUSTED_NETWORKS": "192.0.2.0/24, 198.51.100.0/24",
    }
    for arguments in (("config",), ("config", "--json")):
        output = shell.run(*arguments, **environment).output
        assert "hidden" not in output
        assert "db.example.com" in output
    options = json.loads(shell.run("config", "--json", **environment).stdout)
    assert options["trusted_networks"]["value"] == "192.0.2.0/24,198.51.100.0/24"
    assert options["trusted_networks"]["origin"] == "environment"
    assert options["bind"] == {
        "value": "127.0.0.1:8080",
        "origin": "default",
        "environment": "PROVSERVER_BIND",
        "help": options["bind"]["help"],
    }


def test_what_a_save_did_is_given_as_json(shell: Shell, phone: str) -> None:
    done = shell.json("keys", "set", MAC, "3=blf:204", "--dry-run")
    assert done == {"mac": MAC, "changed": ["3"], "restart": False, "waits": None, "dry_run": True}


def test_lost_keys_are_never_replaced_over_what_they_sealed(shell: Shell, phone: str) -> None:
    path = shell.house.config.data_dir / "secret.key"
    away = path.rename(path.with_name("away"))
    assert "put back a copy" in shell.run("line", "list", code=1).stderr
    assert not path.exists()
    away.rename(path)
    shell.run("line", "list")


def test_a_wrong_variable_is_named(shell: Shell) -> None:
    assert "postgresql+psycopg" in shell.run("line", "list", PROVSERVER_DATABASE_URL="mysql://x/y", code=1).stderr
    assert "PROVSERVER_BIND" in shell.run("config", PROVSERVER_BIND="nonsense", code=1).stderr


def test_a_dead_database_costs_a_sentence(shell: Shell) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    result = shell.run("line", "list", PROVSERVER_DATABASE_URL=url, code=1)
    assert result.stderr.startswith("Error: the database did not answer")
    assert "Traceback" not in result.output


def test_the_database_is_brought_up_to_date(shell: Shell) -> None:
    assert "up to date" in shell.run("db", "upgrade").stdout


def test_settings_stay_out_of_the_demo_of_a_house_that_works(shell: Shell, phone: str, actor: Actor) -> None:
    from provserver.services import demo

    assert demo.set_up(shell.house) is False
    assert settings.stored_values(shell.house, actor, "tenant") == ({}, {})
