"""The pages of rollouts: listed, watched, stopped; the company's policy with its mistakes."""

import re

from provserver.services.editing import settings
from provserver.services.inventory import devices
from provserver.services.steering import rollout_policies, rollouts
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
    form |= {"idle_limit": "60"}
    form |= {"refresh": "now", "restart": "word", "window_from": "22:00", "window_to": "05:00", "zone": "Europe/Rome"}
    answer = site.post("/rollouts", form)
    assert answer.status_code == 422 and "a whole number from 1 to 200" in answer.text
    assert site.post("/rollouts", form | {"rate": "9", "canary_phones": site.poly}).status_code == 302
    policy = rollout_policies.policy(site.house, site.actor)
    assert (policy.wide_from, policy.rate, policy.restart, policy.canary_phones) == (30, 9, "word", (site.poly,))


def test_the_days_of_the_hours_are_ticked(site: Site) -> None:
    form = {"wide_from": "30", "rate": "9", "outstanding": "50", "canary": "2", "halt_percent": "20", "halt_count": "0"}
    form |= {"idle_limit": "60"}
    form |= {"refresh": "now", "restart": "word", "single_restart": "window", "zone": "Europe/Rome", "has_days": "1"}
    form |= {"window_from": "22:00", "window_to": "05:00"}
    assert site.post("/rollouts", form).status_code == 422
    assert site.post("/rollouts", form | {"window_days": ["mon", "fri"]}).status_code == 302
    policy = rollout_policies.policy(site.house, site.actor)
    assert (policy.window_days, policy.single_restart) == (("mon", "fri"), "window")
    page = site.get("/rollouts").text
    assert page.count(" checked>") == 2 and re.search(r'id="day-fri" checked><label[^>]*>Friday<', page)


def test_a_phone_whose_restart_waits_has_a_button(site: Site) -> None:
    rollout_policies.set_policy(site.house, site.actor, {"single_restart": "word"})
    devices.change_device(site.house, site.actor, site.yealink, {"sip_address": "sip:202@127.0.0.1:9"})
    address = f"/phones/{site.yealink}/"
    assert "Restart now" not in site.get(address).text
    settings.set_values(site.house, site.actor, "device", site.yealink, {"vlan": 20})
    page = site.get(address).text
    assert "its restart waits until somebody says restart now" in page and "Restart now" in page
    assert site.post(f"{address}do/restart-now", {}).status_code == 302
    assert "Restart now" not in site.get(address).text
    site.post(f"{address}do/restart-now", {})
    assert "this phone has no restart that waits" in site.get(address).text
