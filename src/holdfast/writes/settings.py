"""Server settings in their table: reading them with the file's word above the table's, and changing them."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from sqlalchemy import Column, Table, Text, delete, insert, select

from holdfast.config import ServerSettings, kinds
from holdfast.errors import Conflict, Invalid
from holdfast.events import Event
from holdfast.languages import say
from holdfast.store import Read, Time, Transaction, metadata

server_settings = Table(
    "server_settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
    Column("changed_at", Time, nullable=False),
)


class SettingsChanged(Event, frozen=True, kw_only=True):
    """Server settings have new values."""

    kind: ClassVar[str] = "settings.changed"
    keys: tuple[str, ...]


class FixedByFile(Conflict):
    """The configuration file sets this; change it there and start the server again."""

    key = "fixed_by_file"


def stored(read: Read) -> dict[str, Any]:
    """The values that the table holds; rows that no longer fit their type are passed over."""
    types, found = kinds(ServerSettings), {}
    for key, value in read.rows(select(server_settings.c.key, server_settings.c.value)):
        if key in types:
            try:
                found[key] = msgspec.json.decode(value, type=types[key])
            except msgspec.ValidationError:
                continue  # written by another version; the default holds until somebody sets it again
    return found


def current(read: Read, fixed: dict[str, Any]) -> ServerSettings:
    """The settings in force: file over table over default."""
    return ServerSettings(**(stored(read) | fixed))


def store_values(tx: Transaction, values: dict[str, Any], fixed: dict[str, Any], now: int) -> tuple[str, ...]:
    """Check and write new values; the keys that were written.

    Raises :class:`Invalid` with the field for unknown keys and wrong values, :class:`FixedByFile` for
    a key that the configuration file sets to something else.
    """
    types = kinds(ServerSettings)
    for key, value in values.items():
        if key not in types:
            raise Invalid.field(key, "ERR_INVALID", say("There is no setting called %(key)s.", key=key))
        try:
            checked = msgspec.convert(value, types[key], strict=False)
        except msgspec.ValidationError as fault:
            raise Invalid.field(key, "ERR_INVALID", say("%(key)s: %(fault)s.", key=key, fault=fault)) from fault
        if key in fixed and fixed[key] != checked:
            raise FixedByFile(
                say("The configuration file sets %(key)s; change it there and start the server again.", key=key)
            )
        tx.run(delete(server_settings).where(server_settings.c.key == key))
        text = msgspec.json.encode(checked).decode()
        tx.run(insert(server_settings).values(key=key, value=text, changed_at=now))
    return tuple(values)
