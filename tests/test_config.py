"""The options: where each comes from, which wins, and which variable is wrong."""

import os
import subprocess
import sys
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from provserver.config import Config, environment_name, load, networks, origins
from provserver.errors import Invalid


def test_without_an_environment_every_option_has_its_default() -> None:
    config = load({})
    assert config == Config()
    assert config.bind == "127.0.0.1:8080"
    assert config.sip_address == ("0.0.0.0", 5070)  # noqa: S104  the default
    assert config.trusted_networks == ()
    assert config.url == f"sqlite:///{Path('var').resolve()}/provserver.db"
    assert config.base_url == "http://127.0.0.1:8080"


def test_every_option_is_read_from_its_variable(tmp_path: Path) -> None:
    (tmp_path / "authorities.pem").touch()
    config = load({
        "PROVSERVER_DATA_DIR": str(tmp_path),
        "PROVSERVER_DATABASE_URL": "postgresql+psycopg://u:p@h/d",
        "PROVSERVER_BIND": "0.0.0.0:80",
        "PROVSERVER_TLS_BIND": "0.0.0.0:443",
        "PROVSERVER_TLS_OLD_BIND": "",
        "PROVSERVER_TLS_CERTIFICATE": "/etc/provserver/chain.pem",
        "PROVSERVER_TLS_KEY": "/etc/provserver/key.pem",
        "PROVSERVER_SIP_BIND": "[::]:5080",
        "PROVSERVER_DISCOVERY": "PnP",
        "PROVSERVER_TFTP_BIND": "0.0.0.0:69",
        "PROVSERVER_SIP_TRUST": str(tmp_path / "authorities.pem"),
        "PROVSERVER_PUBLIC_URL": "https://prov.example.com/",
        "PROVSERVER_ADMIN_PASSWORD": "hunter2",
        "PROVSERVER_API_TOKEN": "t" * 32,
        "PROVSERVER_TRUSTED_NETWORKS": "10.0.0.0/8, 192.0.2.7 2001:db8::/32",
        "PROVSERVER_TRUSTED_PROXIES": "127.0.0.1",
        "PROVSERVER_WEB_PROCESSES": "4",
        "PROVSERVER_WEB_THREADS": "16",
        "PROVSERVER_LOG_LEVEL": "debug",
    })  # fmt: skip
    assert config == Config(
        data_dir=tmp_path,
        database_url="postgresql+psycopg://u:p@h/d",
        bind="0.0.0.0:80",
        tls_bind="0.0.0.0:443",
        tls_certificate="/etc/provserver/chain.pem",
        tls_key="/etc/provserver/key.pem",
        sip_bind="[::]:5080",
        discovery=("pnp",),
        tftp_bind="0.0.0.0:69",
        sip_trust=str(tmp_path / "authorities.pem"),
        public_url="https://prov.example.com/",
        admin_password="hunter2",
        api_token="t" * 32,
        trusted_networks=(ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"), ip_network("2001:db8::/32")),
        trusted_proxies=(ip_network("127.0.0.1/32"),),
        web_processes=4,
        web_threads=16,
        log_level="DEBUG",
    )
    assert config.url == "postgresql+psycopg://u:p@h/d"
    assert config.base_url == "https://prov.example.com"
    assert config.sip_address == ("::", 5080)


def test_the_command_line_wins_over_the_environment_and_that_over_the_default() -> None:
    environment = {"PROVSERVER_BIND": "127.0.0.1:1", "PROVSERVER_LOG_LEVEL": "ERROR"}
    config = load(environment, bind="127.0.0.1:2", log_level=None)
    assert config.bind == "127.0.0.1:2"
    assert config.log_level == "ERROR", "what was not given is None"
    assert config.sip_bind == "0.0.0.0:5070"


def test_a_variable_that_the_command_line_replaces_is_not_even_read() -> None:
    assert load({"PROVSERVER_BIND": "junk"}, bind="127.0.0.1:2").bind == "127.0.0.1:2"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PROVSERVER_BIND", ""),
        ("PROVSERVER_BIND", "localhost"),
        ("PROVSERVER_BIND", ":8080"),
        ("PROVSERVER_BIND", "127.0.0.1:http"),
        ("PROVSERVER_BIND", "127.0.0.1:65536"),
        ("PROVSERVER_BIND", "127.0.0.1:٨"),
        ("PROVSERVER_BIND", "[::]8080"),
        ("PROVSERVER_SIP_BIND", "192.0.2.1"),
        ("PROVSERVER_SIP_TRUST", "/nonexistent/authorities.pem"),
        ("PROVSERVER_TLS_BIND", "8443"),
        ("PROVSERVER_TLS_OLD_BIND", "0.0.0.0:https"),
        ("PROVSERVER_PUBLIC_URL", "prov.example.com"),
        ("PROVSERVER_PUBLIC_URL", "http://u:p@prov.example.com"),
        ("PROVSERVER_TRUSTED_NETWORKS", "10.0.0.0/33"),
        ("PROVSERVER_TRUSTED_NETWORKS", "10.0.0.0/8;192.0.2.0/24"),
        ("PROVSERVER_TRUSTED_PROXIES", "proxy"),
        ("PROVSERVER_WEB_PROCESSES", "0"),
        ("PROVSERVER_WEB_PROCESSES", "two"),
        ("PROVSERVER_WEB_PROCESSES", "-1"),
        ("PROVSERVER_WEB_PROCESSES", "²"),
        ("PROVSERVER_WEB_THREADS", "257"),
        ("PROVSERVER_WEB_THREADS", ""),
        ("PROVSERVER_LOG_LEVEL", "LOUD"),
        ("PROVSERVER_LOG_LEVEL", ""),
    ],
)
def test_a_wrong_variable_is_named(name: str, text: str) -> None:
    with pytest.raises(Invalid, match=f"^{name}: .") as problem:
        load({name: text})
    assert [error.field for error in problem.value.fields] == [name]


def test_the_real_environment_is_read_when_none_is_given() -> None:
    asked = "from provserver.config import load; print(load().bind)"
    environment = {**os.environ, "PROVSERVER_BIND": "127.0.0.1:4711"}
    answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == "127.0.0.1:4711\n"


def test_every_option_tells_where_it_comes_from() -> None:
    found = origins({"PROVSERVER_BIND": "127.0.0.1:1", "PROVSERVER_UNKNOWN": "x", "BIND": "y"})
    assert set(found) == {item.name for item in fields(Config)}
    assert [name for name, origin in found.items() if origin != "default"] == ["bind"]
    assert found["bind"] == "environment"


def test_every_option_has_a_variable_and_says_what_it_is_for() -> None:
    assert environment_name("sip_bind") == "PROVSERVER_SIP_BIND"
    assert all(item.metadata["help"] for item in fields(Config))


def test_a_configuration_does_not_show_its_secrets() -> None:
    secrets = {
        "PROVSERVER_ADMIN_PASSWORD": "hunter2",
        "PROVSERVER_API_TOKEN": "hunter2",
        "PROVSERVER_DATABASE_URL": "postgresql+psycopg://u:hunter2@h/d",
    }
    assert "hunter2" not in repr(load(secrets))
    assert "hunter2" not in str(load(secrets))


def test_the_public_address_loses_its_slash_alone() -> None:
    assert Config(public_url="http://a/prov/").base_url == "http://a/prov"
    assert Config(bind="[::1]:80").base_url == "http://[::1]:80"


def test_networks_are_separated_by_commas_or_blanks() -> None:
    assert networks("") == networks(" , ") == ()
    assert networks("10.1.2.3/8") == (ip_network("10.0.0.0/8"),), "an address in a network means the network"
    assert len(networks("10.0.0.0/8,192.0.2.0/24\n::1")) == 3
    with pytest.raises(ValueError, match="nonsense"):
        networks("10.0.0.0/8 nonsense")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tls_bind": "192.0.2.1:8443"}, "https://192.0.2.1:8443"),
        ({"tls_bind": "prov.example.com:443"}, "https://prov.example.com"),
        ({"tls_bind": "192.0.2.1:8443", "public_url": "http://prov.example.com/"}, "http://prov.example.com"),
        ({"tls_old_bind": "192.0.2.1:8444"}, "http://127.0.0.1:8080"),
    ],
)
def test_phones_are_told_the_public_url_then_the_tls_listener_then_the_plain_one(
    given: dict[str, str], told: str
) -> None:
    assert Config(**given).base_url == told  # type: ignore[arg-type]


PROVIDER = {
    "PROVSERVER_OIDC_ISSUER": "https://login.example.com/realms/rossi/",
    "PROVSERVER_OIDC_CLIENT_ID": "provserver",
    "PROVSERVER_OIDC_CLIENT_SECRET": "hunter2",
}


def test_a_provider_is_described_whole_or_not_at_all() -> None:
    whole = load(PROVIDER)
    assert whole.oidc_issuer == "https://login.example.com/realms/rossi" and whole.oidc_title == "login.example.com"
    assert load({**PROVIDER, "PROVSERVER_OIDC_NAME": " Rossi "}).oidc_title == "Rossi"
    assert load({}).oidc_title == "" and "hunter2" not in repr(whole)
    for missing in PROVIDER:
        with pytest.raises(Invalid) as refused:
            load({**PROVIDER, missing: ""})
        assert [error.field for error in refused.value.fields] == [missing]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://login.example.com"),
        ("ISSUER", "login.example.com"),
        ("ISSUER", "https://u:p@login.example.com"),
        ("ISSUER", "https://login.example.com/?x=y"),
        ("ISSUER", "file:///etc/passwd"),
        ("CLIENT_ID", "clé"),
        ("CLIENT_SECRET", "a\nb"),
        ("CLAIM", ""),
        ("CLAIM", "e mail"),
        ("HOSTS", "https://oauth2.example.com"),
        ("TRUST", "/nowhere.pem"),
        ("SECOND_FACTOR", "none"),
    ],
)
def test_a_provider_that_cannot_be_meant_is_refused_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=f"PROVSERVER_OIDC_{name}"):
        load({**PROVIDER, f"PROVSERVER_OIDC_{name}": value})


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost/x", "http://[::1]:1", "https://login"])
def test_a_provider_without_tls_is_on_this_machine(issuer: str) -> None:
    assert load({**PROVIDER, "PROVSERVER_OIDC_ISSUER": issuer}).oidc_issuer == issuer
