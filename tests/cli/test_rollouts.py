"""Rollouts from the command line."""

import pytest

from provserver.domain.roles import Actor
from provserver.services.editing import settings
from provserver.services.inventory import devices
from tests.cli.conftest import Shell


@pytest.fixture
def number(shell: Shell, actor: Actor) -> int:
    """A company where two phones are many, and an edit of it."""
    for mac in ("805ec0d9c744", "805ec0d9c745"):
        shell.run("device", "add", mac, "--model", "T46U")
    shell.run("rollout", "policy", "--wide-from", "2", "--first", "80:5e:c0:d9:c7:44")
    found = settings.set_values(shell.house, actor, "tenant", "", {"language": "it"}).rollout
    assert found is not None
    return found


def test_a_rollout_is_listed_shown_and_stopped(shell: Shell, number: int) -> None:
    (listed,) = shell.json("rollout", "list")
    assert (listed["id"], listed["stage"], listed["counts"]["phones"]) == (number, "running", 2)
    assert "settings tenant" in shell.run("rollout", "list").stdout
    shell.run("rollout", "pause", str(number))
    assert "paused" in shell.run("rollout", "show", str(number), "--watch").stdout
    assert shell.json("rollout", "show", str(number))["failures"] == []
    shell.run("rollout", "pause", str(number), code=1)
    shell.run("rollout", "resume", str(number))
    shell.run("rollout", "apply-now", str(number))
    shell.run("rollout", "cancel", str(number), given="n\n", code=1)
    shell.run("rollout", "cancel", str(number), "--yes")
    assert shell.json("rollout", "list") == []
    assert "cancelled" in shell.run("rollout", "list", "--all").stdout


def test_the_policy_is_shown_and_changed(shell: Shell, number: int) -> None:
    policy = shell.json("rollout", "policy", "--restart", "word", "--first", "none")
    assert (policy["wide_from"], policy["restart"], policy["canary_phones"]) == (2, "word", [])
    assert "window-from" in shell.run("rollout", "policy").stdout
    refused = shell.run("rollout", "policy", "--rate", "0", code=1)
    assert "rate:" in refused.output


def test_a_restart_that_waits_is_let_go(shell: Shell, actor: Actor, number: int) -> None:
    policy = shell.json("rollout", "policy", "--single-restart", "word", "--day", "sat", "--day", "mon")
    assert (policy["single_restart"], policy["window_days"]) == ("word", ["mon", "sat"])
    devices.change_device(shell.house, actor, "805ec0d9c744", {"sip_address": "sip:201@127.0.0.1:9"})
    saved = settings.set_values(shell.house, actor, "device", "805ec0d9c744", {"vlan": 20})
    assert saved.waits is not None
    assert "waits until somebody says restart now" in shell.run("device", "show", "805ec0d9c744").stdout
    key = shell.run("keys", "set", "805ec0d9c744", "5=speed-dial:*98").stdout
    assert "its restart waits" in key
    assert "will be told to restart" in shell.run("device", "restart-now", "805ec0d9c744").stdout
    shell.run("device", "restart-now", "805ec0d9c744", code=1)
