"""From a request to a typed struct: `params = bind(StatusParams, await read_raw(request))`.

A method's parameters are one msgspec struct; path, query and body are one dict. Field types say
how a text is understood:

    str, int, float, bool     texts are converted; bool follows Rails (`0 f F false FALSE off OFF`)
    Id                        a decimal string; garbage in a path is NotFound, elsewhere Invalid
    Literal["a", "b"]         one of these
    datetime, date            ISO 8601; a datetime without zone is UTC
    Upload                    a file of a multipart body
    list[X]                   `x[]=1&x[]=2`, a JSON list, a bare `x=1`, or a hash by index
    dict[str, X], a struct    a hash
    X | None                  null and the empty text are None (for str the empty text stays)
    X | UnsetType = UNSET     tells absent from empty
    Annotated[X, Meta(…)]     bounds, lengths and patterns are checked

A field without default must be there, unless its type includes None or UnsetType. An empty text
for anything but str and list is None where the type has None, else the same as absence. Names are
the struct's encoded names, so `field(name="_destroy")` works. Unknown parameters are ignored.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, UnsetType

from holdfast.errors import FieldError, Invalid, NotFound
from holdfast.mastodon.reading import BODY_LIMIT, Malformed, Raw, TooLarge, Upload, read_raw
from holdfast.store import read_id

__all__ = [
    "BODY_LIMIT",
    "Id",
    "Malformed",
    "Missing",
    "Raw",
    "TooLarge",
    "Upload",
    "bind",
    "plan",
    "read_raw",
]

S = TypeVar("S", bound=msgspec.Struct)
Coerce = Callable[[Any, str], Any]

Id = Annotated[int, Meta(extra_json_schema={"format": "id"}, extra={"id": True})]

FALSE_TEXTS = frozenset({"0", "f", "F", "false", "FALSE", "off", "OFF"})
_INT = re.compile(r"[+-]?[0-9]{1,19}")
_FLOAT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_INDEX = re.compile(r"[0-9]{1,19}")
_ABSENT: Any = object()


class Missing(Invalid):
    """A required parameter is absent."""

    key = "missing"


def bind(struct_type: type[S], raw: Mapping[str, Any]) -> S:
    """Build the struct from what a request said.

    Raises Invalid with all wrong fields, Missing if nothing is wrong but something is absent, and
    NotFound if a path parameter is not what it should be.
    """
    path = raw.path if isinstance(raw, Raw) else frozenset()
    return _build(struct_type, raw, "", path)


class Field:
    """How one field of a struct is read: its name, its reader, and whether it must be there."""

    __slots__ = ("attribute", "coerce", "fallback", "name", "needed")

    def __init__(self, info: msgspec.structs.FieldInfo) -> None:
        members = _members(info.type)
        self.name = info.encode_name
        self.attribute = info.name
        self.coerce = _coercer(info.type)
        has_default = info.default is not msgspec.NODEFAULT or info.default_factory is not msgspec.NODEFAULT
        self.fallback: Any = _ABSENT
        if not has_default and UnsetType in members:
            self.fallback = UNSET
        elif not has_default and types.NoneType in members:
            self.fallback = None
        self.needed = not has_default and self.fallback is _ABSENT


@cache
def plan(struct_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    """How to read each field of the struct. Raises TypeError for types that no text can become."""
    return tuple(Field(info) for info in msgspec.structs.fields(struct_type))


def _build(struct_type: type[S], raw: Mapping[str, Any], prefix: str, path: frozenset[str]) -> S:
    values: dict[str, Any] = {}
    wrong: list[FieldError] = []
    missing: list[FieldError] = []
    for field in plan(struct_type):
        value = raw.get(field.name, _ABSENT)
        if value is not _ABSENT:
            label = f"{prefix}[{field.name}]" if prefix else field.name
            try:
                value = field.coerce(value, label)
            except Invalid as error:
                if field.name in path:
                    raise NotFound() from error
                wrong.extend(error.fields)
                continue
        if value is _ABSENT:
            value = field.fallback
        if value is not _ABSENT:
            values[field.attribute] = value
        elif field.needed:
            label = f"{prefix}[{field.name}]" if prefix else field.name
            missing.append(FieldError(label, "ERR_BLANK", f"{label} is required."))
    if wrong:
        raise Invalid(fields=wrong)
    if missing:
        raise Missing(fields=missing)
    return struct_type(**values)


def _wrong(name: str, sentence: str, reason: str = "ERR_INVALID") -> Invalid:
    return Invalid.field(name, reason, f"{name} {sentence}.")


def _members(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _coercer(kind: Any) -> Coerce:
    members = _members(kind)
    kinds = [m for m in members if m not in (types.NoneType, UnsetType)]
    one = _one_of(kinds) if len(kinds) > 1 else _plain(kinds[0])
    if types.NoneType not in members:
        return lambda value, name: _ABSENT if value is None else one(value, name)

    def nullable(value: Any, name: str) -> Any:
        if value is None:
            return None
        found = one(value, name)
        return None if found is _ABSENT else found

    return nullable


def _one_of(kinds: list[Any]) -> Coerce:
    # Lists and files go to the member made for them, all else to the first plain one.
    lists = [_plain(k) for k in kinds if get_origin(k) is list]
    files = [_plain(k) for k in kinds if k is Upload]
    plain = [_plain(k) for k in kinds if get_origin(k) is not list and k is not Upload]

    def choose(value: Any, name: str) -> Any:
        if isinstance(value, list) and lists:
            return lists[0](value, name)
        if isinstance(value, Upload) and files:
            return files[0](value, name)
        return (plain or lists or files)[0](value, name)

    return choose


def _plain(kind: Any) -> Coerce:
    origin = get_origin(kind)
    if origin is Annotated:
        return _annotated(*get_args(kind))
    if origin is Literal:
        return _choice(get_args(kind))
    if origin is list:
        return _list(get_args(kind)[0])
    if origin is dict:
        return _hash(get_args(kind)[1])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    raise TypeError(f"parameters cannot have the type {kind!r}")


def _annotated(kind: Any, *notes: Any) -> Coerce:
    metas = [note for note in notes if isinstance(note, Meta)]
    if any(meta.extra and meta.extra.get("id") for meta in metas):
        return _id
    coerce = _plain(kind)
    for meta in metas:
        coerce = _bounded(coerce, meta)
    return coerce


def _bounded(coerce: Coerce, meta: Meta) -> Coerce:
    pattern = re.compile(meta.pattern) if meta.pattern is not None else None

    def bounded(value: Any, name: str) -> Any:
        found = coerce(value, name)
        if found is _ABSENT:
            return found
        if meta.max_length is not None and len(found) > meta.max_length:
            raise _wrong(name, f"may have a length of at most {meta.max_length}", "ERR_TOO_LONG")
        if meta.min_length is not None and len(found) < meta.min_length:
            raise _wrong(name, f"must have a length of at least {meta.min_length}", "ERR_TOO_SHORT")
        if pattern is not None and not pattern.search(found):
            raise _wrong(name, "does not have the right form")
        if (
            (meta.ge is not None and found < meta.ge)
            or (meta.gt is not None and found <= meta.gt)
            or (meta.le is not None and found > meta.le)
            or (meta.lt is not None and found >= meta.lt)
        ):
            raise _wrong(name, "is out of range", "ERR_INCLUSION")
        return found

    return bounded


def _text(value: Any, name: str) -> Any:
    if isinstance(value, str):
        if "\0" in value:
            raise _wrong(name, "contains a null character")
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)) and abs(value) < 2**63:  # JSON clients send numbers as ids
        return str(value)
    raise _wrong(name, "must be a text")


def _int(value: Any, name: str) -> Any:
    number: Any = None
    if isinstance(value, str):
        if not (text := value.strip()):
            return _ABSENT
        if _INT.fullmatch(text):
            number = int(text)
    elif isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    if number is None or not -(2**63) <= number < 2**63:
        raise _wrong(name, "must be a whole number")
    return number


def _id(value: Any, name: str) -> Any:
    if value == "":
        return _ABSENT
    text = str(value) if isinstance(value, int) and 0 <= value < 2**63 and value is not True else value
    if not isinstance(text, str) or (number := read_id(text)) is None:
        raise _wrong(name, "must be an id")
    return number


def _float(value: Any, name: str) -> Any:
    number = math.nan
    if isinstance(value, str):
        if not (text := value.strip()):
            return _ABSENT
        if len(text) <= 64 and _FLOAT.fullmatch(text):
            number = float(text)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300:
        number = float(value)
    if not math.isfinite(number):
        raise _wrong(name, "must be a number")
    return number


def _bool(value: Any, name: str) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _ABSENT if value == "" else value not in FALSE_TEXTS
    if isinstance(value, (int, float)):
        return value != 0
    raise _wrong(name, "must be true or false")


def _moment(value: Any, name: str) -> Any:
    if value == "":
        return _ABSENT
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong(name, "must be a date and time") from error


def _day(value: Any, name: str) -> Any:
    if value == "":
        return _ABSENT
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(name, "must be a date") from error


def _upload(value: Any, name: str) -> Any:
    if value == "":
        return _ABSENT
    if not isinstance(value, Upload):
        raise _wrong(name, "must be a file")
    return value


_SIMPLE: dict[Any, Coerce] = {
    str: _text,
    int: _int,
    float: _float,
    bool: _bool,
    datetime: _moment,
    date: _day,
    Upload: _upload,
}


def _choice(choices: Iterable[Any]) -> Coerce:
    by_text = {str(choice): choice for choice in choices}
    listed = ", ".join(by_text)

    def choice(value: Any, name: str) -> Any:
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
        if text is not None and text in by_text:
            return by_text[text]
        if text == "":
            return _ABSENT
        raise _wrong(name, f"must be one of {listed}", "ERR_INCLUSION")

    return choice


def _list(kind: Any) -> Coerce:
    item = _coercer(kind)
    hashes = isinstance(kind, type) and issubclass(kind, msgspec.Struct)

    def items(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            if value and all(_INDEX.fullmatch(key) for key in value):  # a hash by index
                value = [value[key] for key in sorted(value, key=int)]
            elif hashes:
                value = [value] if value else []
        elif not isinstance(value, list):
            value = [] if value == "" else [value]
        if not isinstance(value, list):
            raise _wrong(name, "must be a list")
        found = [item(each, name) for each in value]
        return [each for each in found if each is not _ABSENT]

    return items


def _hash(kind: Any) -> Coerce:
    item = _coercer(kind)

    def pairs(value: Any, name: str) -> Any:
        if value == "":
            return _ABSENT
        if not isinstance(value, dict):
            raise _wrong(name, "must be a hash")
        found = {_text(key, name): item(each, f"{name}[{key}]") for key, each in value.items()}
        return {key: each for key, each in found.items() if each is not _ABSENT}

    return pairs


def _struct(kind: type[msgspec.Struct]) -> Coerce:
    def nested(value: Any, name: str) -> Any:
        if value == "":
            return _ABSENT
        if not isinstance(value, dict):
            raise _wrong(name, "must be a hash")
        return _build(kind, value, name, frozenset())

    return nested
