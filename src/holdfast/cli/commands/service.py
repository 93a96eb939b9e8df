"""``mode …``, ``jobs …``, ``audit verify``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from holdfast.cli.asking import Json, clock, group, moment_ms, perform
from holdfast.cli.output import say, table

Ability = Annotated[str, typer.Argument(help="sign_up, posting, profile, media or server (everything).")]


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    modes = group("mode", "Switch parts of the service off and on.")
    modes.command("list")(list_modes)
    modes.command("off")(switch_off)
    modes.command("on")(switch_on)
    app.add_typer(modes)
    jobs = group("jobs", "Work that is done later.")
    jobs.command("list")(list_jobs)
    jobs.command("retry")(retry)
    app.add_typer(jobs)
    audit = group("audit", "The change log.")
    audit.command("verify")(verify)
    app.add_typer(audit)


def list_modes(as_json: Json = False) -> None:
    """Show every switch."""

    def people(result: list[dict[str, Any]]) -> None:
        rows = [
            [one["ability"], "on" if one["is_on"] else "off", one["reason"], clock(one["since"]), clock(one["until"])]
            for one in result
        ]
        table(["ability", "state", "reason", "since", "until"], rows)

    perform("mode.list", as_json, people)


def switch_off(
    ability: Ability,
    reason: Annotated[str, typer.Option(help="What members are told.")],
    until: Annotated[str, typer.Option(help="An estimate: 2h, or 2026-12-01T18:00 (UTC).")] = "",
    as_json: Json = False,
) -> None:
    """Refuse an ability's writes, with a reason; reading always works."""
    perform(
        "mode.off",
        as_json,
        lambda result: say(f"{result['ability']} is off."),
        ability=ability,
        reason=reason,
        until=moment_ms(until) if until else None,
    )


def switch_on(ability: Ability, as_json: Json = False) -> None:
    """Allow an ability's writes again."""

    def people(result: dict[str, Any]) -> None:
        say(f"{result['ability']} is on{'' if result['changed'] else ' (it was)'}.")

    perform("mode.on", as_json, people, ability=ability)


def list_jobs(
    state: Annotated[str | None, typer.Option(help="Only waiting, running or failed ones.")] = None,
    most: Annotated[int, typer.Option(help="Most jobs to list.", min=1)] = 200,
    as_json: Json = False,
) -> None:
    """List jobs, newest first."""

    def people(result: dict[str, Any]) -> None:
        rows = [
            [one["id"], one["kind"], one["state"], one["attempts"], clock(one["run_at"]), one["last_error"]]
            for one in result["jobs"]
        ]
        table(["id", "kind", "state", "attempts", "next run", "last error"], rows)
        say(", ".join(f"{count} {name}" for name, count in sorted(result["counts"].items())) or "The queue is empty.")

    perform("jobs.list", as_json, people, state=state, most=most)


def retry(
    job_id: Annotated[int | None, typer.Argument(help="A job's id; without one, all that failed.")] = None,
    as_json: Json = False,
) -> None:
    """Let failed jobs run again now."""
    perform("jobs.retry", as_json, lambda result: say(f"{result['retried']} to run again."), job_id=job_id)


def verify(as_json: Json = False) -> None:
    """Check the whole change log; code 1 when something was altered."""

    def people(result: dict[str, Any]) -> None:
        for fault in result["faults"]:
            say(fault)
        words = "holds" if result["holds"] else "DOES NOT HOLD"
        say(f"The change log {words}: {result['changes']} changes, {result['erased']} with their content erased.")
        say(f"Digest: {result['digest']}")

    if not perform("audit.verify", as_json, people)["holds"]:
        raise typer.Exit(1)
