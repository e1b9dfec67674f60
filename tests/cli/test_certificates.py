"""The commands for certificates."""

from pathlib import Path

from tests.cli.conftest import Shell
from tests.fakes.maker import Maker

TLS = {"PROVSERVER_TLS_BIND": "127.0.0.1:8443"}


def test_a_makers_bundle_goes_in_and_comes_out(shell: Shell, tmp_path: Path) -> None:
    maker = Maker("Example")
    (tmp_path / "maker.pem").write_bytes(maker.root.pem + maker.issuing.pem)
    said = shell.run("certificates", "trust", "yealink", str(tmp_path / "maker.pem")).stdout
    assert said.count("Trusted: CN=Example") == 2
    assert "trusted already" in shell.run("certificates", "trust", "yealink", str(tmp_path / "maker.pem")).stdout
    assert shell.run("certificates", "list", "--pem").stdout.encode() == (tmp_path / "maker.pem").read_bytes()
    rows = shell.json("certificates", "list")
    assert [row["vendor"] for row in rows] == ["yealink", "yealink"]
    assert rows[0]["fingerprint"][:16] in shell.run("certificates", "list").stdout
    shell.run("certificates", "remove", rows[0]["fingerprint"][:8])
    assert len(shell.json("certificates", "list")) == 1
    assert "vendor: " in shell.run("certificates", "trust", "acme", str(tmp_path / "maker.pem"), code=1).stderr


def test_without_tls_there_is_nothing_to_show_or_renew(shell: Shell) -> None:
    assert "TLS is off" in shell.run("certificates", "show").stdout
    assert shell.json("certificates", "show") == {"authority": None, "listeners": []}
    assert "PROVSERVER_TLS_BIND" in shell.run("certificates", "renew", code=1).stderr


def test_what_is_shown_says_names_and_where_phones_get_the_authority(shell: Shell) -> None:
    shell.run("certificates", "renew", **TLS)
    said = shell.run("certificates", "show", **TLS).stdout
    assert "prov.test" in said and "http://prov.test/ca.der" in said and "this server" in said
    assert "PRIVATE" not in said
