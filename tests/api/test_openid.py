"""Who somebody is at the OpenID provider, as programs enter it."""

from dataclasses import replace

from provserver.doorway import put_house
from tests.api.conftest import Program


def test_a_name_at_the_provider_is_entered_and_taken_away(program: Program) -> None:
    program.post("/people", {"name": "anna", "role": "admin"})
    refused = program.ask("PUT", "/people/anna/openid", {"name": "anna@example.com"})
    assert refused.status_code == 409 and "PROVSERVER_OIDC_ISSUER" in refused.get_json()["detail"]
    known = {"oidc_issuer": "https://login.example.com", "oidc_client_id": "x", "oidc_client_secret": "x"}
    put_house(program.client.application, replace(program.house, config=replace(program.house.config, **known)))
    entered = program.ask("PUT", "/people/anna/openid", {"name": " Anna@Example.com"}).get_json()
    assert (entered["openid_name"], entered["openid_met"]) == ("anna@example.com", False)
    wrong = program.ask("PUT", "/people/anna/openid", {"name": ""})
    assert wrong.status_code == 422 and wrong.get_json()["errors"][0]["field"] == "name"
    program.post("/people", {"name": "bruno", "role": "admin"})
    taken = program.ask("PUT", "/people/bruno/openid", {"name": "anna@example.com"})
    assert taken.status_code == 409 and taken.get_json()["errors"][0]["field"] == "name"
    assert program.ask("DELETE", "/people/anna/openid").status_code == 204
    assert program.get("/people/anna")["openid_name"] == ""
    assert program.ask("DELETE", "/people/nemo/openid").status_code == 404
