"""Operations by name: what the command line can do, whether the running server does it or the command itself.

An operation is a function ``(db, *, …)`` whose keyword arguments are typed and whose result can be told
in JSON. One that takes ``progress`` is given a function to tell how far it is: ``progress(label, done, total)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import msgspec

from holdfast.errors import Invalid, NotFound

if TYPE_CHECKING:
    from holdfast.writes import Database

Progress = Callable[[str, int, int], None]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """A named function and the type of its arguments."""

    name: str
    call: Callable[..., Any]
    arguments: type[msgspec.Struct]
    takes_progress: bool


class NoSuchOperation(NotFound):
    """The running server does not know this command; it may be of another release."""

    key = "no_such_operation"


_operations: dict[str, Operation] = {}


def operation(name: str) -> Callable[[F], F]:
    """Register a function under a name."""

    def register(call: F) -> F:
        if name in _operations:
            raise ValueError(f"two operations are called {name}")
        _operations[name] = _describe(name, call)
        return call

    return register


def _describe(name: str, call: Callable[..., Any]) -> Operation:
    hints, takes_progress = get_type_hints(call), False
    fields: list[Any] = []
    for parameter in list(inspect.signature(call).parameters.values())[1:]:
        if parameter.name == "progress":
            takes_progress = True
        elif parameter.default is parameter.empty:
            fields.append((parameter.name, hints[parameter.name]))
        else:
            fields.append((parameter.name, hints[parameter.name], parameter.default))
    struct_name = "".join(part.title() for part in name.replace(".", "_").split("_"))
    arguments = msgspec.defstruct(struct_name, fields, kw_only=True, forbid_unknown_fields=True)
    return Operation(name, call, arguments, takes_progress)


def names() -> list[str]:
    """Every operation's name."""
    return sorted(_operations)


def find(name: str) -> Operation:
    """An operation by its name. Raises :class:`NoSuchOperation`."""
    found = _operations.get(name)
    if found is None:
        raise NoSuchOperation()
    return found


def run(found: Operation, db: Database, arguments: dict[str, Any], progress: Progress) -> Any:
    """Check the arguments' types, run the operation and return its result as plain JSON values."""
    try:
        typed = msgspec.convert(arguments, found.arguments)
    except msgspec.ValidationError as fault:
        raise Invalid(f"{found.name}: {fault}.") from fault
    values = msgspec.structs.asdict(typed)
    if found.takes_progress:
        values["progress"] = progress
    return msgspec.to_builtins(found.call(db, **values), str_keys=True)
