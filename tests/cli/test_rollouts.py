"""Rollouts from the command line."""

import pytest

from provserver.domain.roles import Actor
from provserver.services import settings
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
