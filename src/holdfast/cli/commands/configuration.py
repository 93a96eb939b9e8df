"""``config``, ``config check``, ``settings set``, ``db upgrade``, ``db accept-keys``."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from holdfast import config
from holdfast.cli.asking import Json, group, perform
from holdfast.cli.calling import call, connect
from holdfast.cli.describing import SERVER_PREFIX, describe
from holdfast.cli.output import say, show, table


def add(app: typer.Typer) -> None:
    """Put the commands into the program."""
    settings = typer.Typer(name="config", help="Show and check the configuration.", invoke_without_command=True)
    settings.callback()(show_config)
    settings.command("check")(check_config)
    app.add_typer(settings)
    changes = group("settings", "Change server settings.")
    changes.command("set")(set_setting)
    app.add_typer(changes)
    database = group("db", "Look after the database.")
    database.command("upgrade")(upgrade_database)
    database.command("accept-keys")(accept_keys)
    app.add_typer(database)


def show_config(context: typer.Context, as_json: Json = False) -> None:
    """Every setting with its value, where that comes from, its default and what it is for."""
    if context.invoked_subcommand is None:
        show(_described(), as_json, _print_config)


def _described() -> Any:
    """From the running server when there is one: its word is what holds."""
    settings = config.load()
    has_database = bool(settings.boot.database) or (settings.data_dir / "holdfast.db").exists()
    if has_database or (connection := connect(settings.data_dir)) is not None:
        if not has_database and connection is not None:
            connection.close()
        return call("config.show", {}, settings=settings)
    return msgspec.to_builtins(describe(settings, {}))


def _print_config(described: list[dict[str, Any]]) -> None:
    rows = [[one["key"], _short(one["value"]), one["origin"], _short(one["default"]), one["help"]] for one in described]
    table(["setting", "value", "from", "default", "what it is for"], rows)


def _short(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def check_config(as_json: Json = False) -> None:
    """Look for whatever would keep the server from working; code 1 when something would."""
    from holdfast.cli.checking import check  # loads the database engines, which other commands do not need

    findings = check(config.load())

    def people(found: list[dict[str, Any]]) -> None:
        for one in found:
            say(f"{'ok  ' if one['is_fine'] else 'FAIL'} {one['name']}: {one['words']}")

    show(msgspec.to_builtins(findings), as_json, people)
    if not all(finding.is_fine for finding in findings):
        raise typer.Exit(1)


def set_setting(
    key: Annotated[str, typer.Argument(help="Name of a server setting, as 'holdfast config' lists it.")],
    value: Annotated[str, typer.Argument(help="Its new value; lists as JSON or separated by commas.")],
    as_json: Json = False,
) -> None:
    """Change one server setting; it holds at once."""
    name = key.removeprefix(SERVER_PREFIX)

    def people(result: dict[str, Any]) -> None:
        say(f"{name} is {_short(result[name])}")

    perform("settings.set", as_json, people, values={name: _parsed(name, value)})


def _parsed(name: str, value: str) -> Any:
    default = getattr(config.ServerSettings(), name, "")
    if isinstance(default, tuple) and not value.startswith("["):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(default, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value  # the check of the setting's type says what is wrong with it


def upgrade_database(as_json: Json = False) -> None:
    """Bring the database's schema to this release (the server does so itself when it starts)."""

    def people(result: dict[str, Any]) -> None:
        if result["before"] == result["after"]:
            say(f"The schema is up to date ({result['after']}).")
        else:
            say(f"The schema is now {result['after']} (it was {result['before'] or 'empty'}).")

    from holdfast.cli.checking import upgrade  # loads the database engines, which other commands do not need

    show(upgrade(config.load()), as_json, people)


def accept_keys(as_json: Json = False) -> None:
    """Let the database go on with the secret keys of this folder, when those from before are lost."""

    def people(result: dict[str, Any]) -> None:
        say(f"The database goes on with the keys in {result['folder']}. Links in letters sent before are void.")

    from holdfast.cli import checking  # loads the database engines, which other commands do not need

    show(checking.accept_keys(config.load()), as_json, people)
