"""The pages of rollouts: listed, watched, stopped; the company's policy with its mistakes."""

from provserver.services import rollout_policies, rollouts, settings
from tests.web.conftest import Site


def started(site: Site) -> int:
    """Make a rollout of the site's two phones."""
    rollout_policies.set_policy(site.house, site.actor, {"wide_from": 2})
    number = settings.set_values(site.house, site.actor, "tenant", "", {"language": "it"}).rollout
    assert number is not None
    return number


def test_a_rollout_is_watched_and_stopped(site: Site) -> None:
    assert "No rollout yet" in site.get("/rollouts").text
    number = started(site)
    assert f"/rollouts/{number}" in site.get("/rollouts").text
    page = site.get(f"/rollouts/{number}").text
    assert "data-live" in page and "Pause" in page and "<progress" in page
    assert site.post(f"/rollouts/{number}/pause", {}).status_code == 302
    page = site.get(f"/rollouts/{number}").text
    assert "It is paused" in page and "Resume" in page
    site.post(f"/rollouts/{number}/resume", {})
    assert rollouts.rollout(site.house, site.actor, number).stage == "running"
    site.post(f"/rollouts/{number}/cancel", {})
    assert "What was saved stays" in site.get(f"/rollouts/{number}").text


def test_the_settings_page_names_the_rollout(site: Site) -> None:
    number = started(site)
    page = site.get("/settings/").text
    assert f"rollout {number}" in page and "2 phones:" in page


def test_the_policy_keeps_what_was_typed(site: Site) -> None:
    form = {"wide_from": "30", "rate": "0", "outstanding": "50", "canary": "2", "halt_percent": "20", "halt_count": "0"}
    form |= {"refresh": "now", "restart": "word", "window_from": "22:00", "window_to": "05:00", "zone": "Europe/Rome"}
    answer = site.post("/rollouts", form)
    assert answer.status_code == 422 and "a whole number from 1 to 200" in answer.text
    assert site.post("/rollouts", form | {"rate": "9", "canary_phones": site.poly}).status_code == 302
    policy = rollout_policies.policy(site.house, site.actor)
    assert (policy.wide_from, policy.rate, policy.restart, policy.canary_phones) == (30, 9, "word", (site.poly,))
