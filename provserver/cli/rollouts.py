"""The commands for rollouts: watched, paused, resumed, cancelled, and the company's policy."""

import time

import click

from provserver.cli.acting import acting
from provserver.cli.printing import as_json, moment, print_facts, print_json, print_table, progress_bar
from provserver.domain.roles import Actor
from provserver.domain.rollout import CHOICES, Stage, Step, as_plain
from provserver.services.house import House
from provserver.services.steering import rollout_policies, rollouts
from provserver.services.steering.rollouts import Known

LOOK_EVERY = 0.5
MOST_FAILED = 500


def _choice(name: str) -> click.Choice[str]:
    return click.Choice([when.value for when in CHOICES[name]])


@click.group()
def rollout() -> None:
    """Watch wide edits as phones are told of them, and stop or go on."""


@rollout.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that have come to their end, too.")
@as_json
@acting
def list_(house: House, actor: Actor, everything: bool, json_: bool) -> None:
    """List rollouts, newest first.

    \b
    Example:
      provserver rollout list --all
    """
    found = rollouts.rollouts(house, actor, only_open=not everything)
    if json_:
        print_json([_as_json(known) for known in found])
        return
    rows = [
        (
            known.row.id,
            f"{known.row.what} {known.row.subject}",
            known.row.actor,
            moment(known.row.started_at),
            known.row.stage,
            f"{known.counts.percent} %",
            known.counts.phones,
            known.counts.failed,
        )
        for known in found
    ]
    print_table(("NUMBER", "WHAT", "WHO", "WHEN", "STAGE", "DONE", "PHONES", "FAILED"), rows)


@rollout.command()
@click.argument("number", type=int)
@click.option("--watch", is_flag=True, help="Stay with a progress bar until it ends or halts.")
@as_json
@acting
def show(house: House, actor: Actor, number: int, watch: bool, json_: bool) -> None:
    """Show how far a rollout has come, and which phones failed.

    \b
    Example:
      provserver rollout show 12 --watch
    """
    known = _watched(house, actor, number) if watch else rollouts.rollout(house, actor, number)
    failed = rollouts.phones(house, actor, number, step=Step.FAILED, limit=MOST_FAILED)
    if json_:
        print_json(_as_json(known) | {"failures": [{"mac": phone.mac, "reason": phone.reason} for phone in failed]})
        return
    counts = known.counts
    print_facts(
        [
            ("Rollout", f"{known.row.id}: {known.row.what} {known.row.subject}, by {known.row.actor}"),
            ("Stage", f"{known.row.stage}, {counts.percent} %" + (f": {known.row.reason}" if known.row.reason else "")),
            ("Phones", f"{counts.phones}, {counts.rendered} rendered, {counts.unchanged} with nothing to change"),
            ("Waiting", counts.waiting),
            ("Told", counts.told),
            ("Applied", counts.applied),
            ("Failed", counts.failed),
            ("Ask by themselves", counts.asks + counts.left),
            ("Hours begin", moment(known.opens_at)),
            ("Waits for", "provserver rollout apply-now" if known.needs_word else ""),
        ]
    )
    if failed:
        print_table(("FAILED", "WHY"), [(phone.mac, phone.reason) for phone in failed])


def _watched(house: House, actor: Actor, number: int) -> Known:
    with progress_bar("Phones") as progress:
        while True:
            known = rollouts.rollout(house, actor, number)
            progress(known.counts.phones - known.counts.open, known.counts.phones)
            if known.stage is not Stage.RUNNING:
                return known
            time.sleep(LOOK_EVERY)


@rollout.command()
@click.argument("number", type=int)
@acting
def pause(house: House, actor: Actor, number: int) -> None:
    """Tell no more phones for now.

    \b
    Example:
      provserver rollout pause 12
    """
    _say(rollouts.pause(house, actor, number))


@rollout.command()
@click.argument("number", type=int)
@click.option("--without-failed", is_flag=True, help="Leave phones that failed to ask by themselves.")
@acting
def resume(house: House, actor: Actor, number: int, without_failed: bool) -> None:
    """Go on after a pause or a halt; phones that failed are told again.

    \b
    Example:
      provserver rollout resume 12
    """
    _say(rollouts.resume(house, actor, number, without_failed=without_failed))


@rollout.command()
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@acting
def cancel(house: House, actor: Actor, number: int, yes: bool) -> None:
    """Tell nobody any more; what was saved stays, and phones have it when they ask by themselves.

    \b
    Example:
      provserver rollout cancel 12
    """
    if not yes:
        click.confirm(f"Cancel rollout {number}? What was saved stays; phones have it when they next ask.", abort=True)
    _say(rollouts.cancel(house, actor, number))


@rollout.command("apply-now")
@click.argument("number", type=int)
@acting
def apply_now(house: House, actor: Actor, number: int) -> None:
    """Let nothing wait for the company's hours any more.

    \b
    Example:
      provserver rollout apply-now 12
    """
    _say(rollouts.apply_now(house, actor, number))


def _say(known: Known) -> None:
    click.echo(f"Rollout {known.row.id} is {known.row.stage}, {known.counts.percent} %.")


@rollout.command()
@click.option("--wide-from", type=int, help="Phones from which on an edit is a rollout.")
@click.option("--rate", type=int, help="Phones told a second.")
@click.option("--outstanding", type=int, help="Phones that may be told and not have fetched yet.")
@click.option("--canary", type=int, help="How many phones go first.")
@click.option(
    "--first", "canary_phones", multiple=True, metavar="MAC", help="A phone that goes first, or none; repeat."
)
@click.option("--halt-percent", type=int, help="Halt when this share failed; 0 is never.")
@click.option("--halt-count", type=int, help="Halt when so many failed; 0 is never.")
@click.option("--window-from", metavar="HH:MM", help="When the company's hours begin.")
@click.option("--window-to", metavar="HH:MM", help="When they end; the same is the whole day.")
@click.option(
    "--day", "window_days", multiple=True, metavar="DAY", help="A day on which they begin; repeat. mon … sun."
)
@click.option("--zone", help="Their time zone, such as Europe/Rome.")
@click.option("--refresh", type=_choice("refresh"), help="When a refresh is told.")
@click.option("--restart", type=_choice("restart"), help="When a restart is told.")
@click.option("--single-restart", type=_choice("single_restart"), help="When that of a single save is.")
@click.option("--idle-unknown", type=_choice("idle_unknown"), help="The same where nobody knows whether it is idle.")
@click.option("--idle-limit", type=int, help="Minutes in a call after which the wait is pointed out.")
@as_json
@acting
def policy(house: House, actor: Actor, json_: bool, canary_phones: tuple[str, ...], **given: object) -> None:
    """Show how wide edits are rolled out, or change it for those to come.

    \b
    Example:
      provserver rollout policy --rate 10 --window-from 22:00 --window-to 05:00 --day mon --day tue --restart window
    """
    wanted = {name: value for name, value in given.items() if value not in (None, ())}
    if canary_phones:
        wanted["canary_phones"] = [mac for mac in canary_phones if mac != "none"]
    found = rollout_policies.set_policy(house, actor, wanted) if wanted else rollout_policies.policy(house, actor)
    values = as_plain(found)
    if json_:
        print_json(values)
        return
    shown = [(name, ", ".join(value) if isinstance(value, list) else value) for name, value in values.items()]
    print_facts([(name.replace("_", "-"), str(value)) for name, value in shown])


def _as_json(known: Known) -> dict[str, object]:
    row = known.row
    facts = {name: getattr(row, name) for name in ("id", "what", "subject", "actor", "stage", "reason")}
    times = {"started_at": row.started_at, "ended_at": row.ended_at, "opens_at": known.opens_at}
    counts = {name: getattr(known.counts, name) for name in known.counts.__dataclass_fields__}
    return facts | times | {"percent": known.counts.percent, "needs_word": known.needs_word, "counts": counts}
