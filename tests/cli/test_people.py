"""People, tokens and companies by command."""

import pytest

from tests.cli.conftest import Shell


def test_people_of_a_department_and_of_a_line_are_added_changed_unlocked_and_removed(shell: Shell) -> None:
    shell.run("line", "add", "201", "Mario")
    made = shell.json("user", "add", "--role", "user", "--line", "201")
    assert made["name"] == "201@rossi s.p.a." and len(made["password"]) >= 10
    shell.run("user", "add", "olga", "--role", "department-admin", code=1)
    shell.run("user", "change", made["name"], "--role", "admin")
    assert shell.run("user", "password", made["name"], "--link").stdout.startswith("http://prov.test/password/")
    shell.run("user", "unlock", made["name"])
    shell.run("user", "forget-second-factor", made["name"])
    person = next(one for one in shell.json("user", "list") if one["extension"] == "201")
    assert person["role"] == "admin" and person["locked"] is False
    shell.run("user", "remove", made["name"])
    assert "201@" not in shell.run("user", "list").stdout
    assert "no person" in shell.run("user", "unlock", "nemo", code=1).stderr


def test_a_person_is_linked_to_the_provider_and_no_more(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.run("user", "add", "anna", "--role", "admin")
    assert "PROVSERVER_OIDC_ISSUER" in shell.run("user", "link", "anna", "anna@example.com", code=1).stderr
    for name, value in (("ISSUER", "https://login.example.com"), ("CLIENT_ID", "x"), ("CLIENT_SECRET", "hunter2")):
        monkeypatch.setenv(f"PROVSERVER_OIDC_{name}", value)
    shell.run("user", "link", "anna", "Anna@example.com")
    anna = next(one for one in shell.json("user", "list") if one["name"] == "anna")
    assert (anna["openid_name"], anna["openid_met"]) == ("anna@example.com", False)
    shell.run("user", "unlink", "anna")
    assert not any(one["openid_name"] for one in shell.json("user", "list"))
    assert "hunter2" not in shell.run("config").stdout


def test_a_token_with_scopes_and_an_end_is_listed_and_revoked(shell: Shell) -> None:
    shell.run("token", "create", "dialler", "--role", "admin", "--scope", "keys", "--days", "30")
    token = shell.json("token", "list")[0]
    assert (token["name"], token["scopes"]) == ("dialler", ["keys"]) and token["expires_at"]
    assert token["created_by"].startswith("cli:")
    shell.run("token", "revoke", str(token["id"]))
    assert shell.json("token", "list") == []
    shell.run("token", "revoke", str(token["id"]), code=1)


def test_companies_are_added_renamed_and_removed(shell: Shell) -> None:
    shell.run("company", "add", "Verdi S.r.l.")
    shell.run("company", "rename", "Verdi S.r.l.", "Bianchi S.r.l.")
    assert {company["name"] for company in shell.json("company", "list")} == {"Rossi S.p.A.", "Bianchi S.r.l."}
    shell.run("company", "remove", "Verdi S.r.l.", "--yes", code=1)
    shell.run("company", "remove", "Bianchi S.r.l.", given="n\n", code=1)
    shell.run("company", "remove", "Bianchi S.r.l.", "--yes")
    assert [company["name"] for company in shell.json("company", "list")] == ["Rossi S.p.A."]
