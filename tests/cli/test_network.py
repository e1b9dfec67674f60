"""The commands of the network."""

from tests.cli.conftest import Shell


def test_a_dhcp_servers_lines_are_printed(shell: Shell) -> None:
    assert 'tag:provserver-snom,66,"http://prov.test/"' in shell.run("dhcp", "dnsmasq").stdout
    assert "snom" not in shell.run("dhcp", "isc", "--vendor", "Yealink").stdout
    assert "one of" in shell.run("dhcp", "isc", "--vendor", "nobody", code=1).stderr
    shell.run("dhcp", "bind9", code=2)
    careful = shell.run("dhcp", "kea", PROVSERVER_PUBLIC_URL="")
    assert "phones cannot reach http://127.0.0.1:8080" in careful.stderr
