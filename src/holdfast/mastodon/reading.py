"""Reading a request, whatever its method and form: query, urlencoded, multipart or JSON.

All four are interchangeable for clients, on every method, so all end in one nested dict (`Raw`),
with keys in the style of Rails: `x[]` is a list, `poll[options][]` a list in a hash,
`fields_attributes[0][name]` a hash by index, `keywords_attributes[][id]` a list of hashes.
`binding.bind` turns that dict into a struct.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from holdfast.errors import Invalid

DEPTH_LIMIT = 8  # brackets after a name, or levels of JSON
KEY_LIMIT = 1_000  # keys, parts or JSON values of one request
BODY_LIMIT = 1_000_000  # bytes; upload endpoints give their own
TEXT_PART_LIMIT = 1_000_000  # bytes of one multipart part that is not a file
MOST_THROWN_AWAY = 64 * 1024 * 1024  # bytes of a refused body that are still received
SPOOL_LIMIT = 1_000_000  # bytes of an upload kept in memory before it goes to disk

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")


class Malformed(Invalid):
    """The request cannot be read: broken JSON, broken encoding, or contradictory keys."""

    key = "malformed"


class TooLarge(Invalid):
    """The request's body is larger than this method takes."""

    key = "too_large"


class Raw(dict[str, Any]):
    """What a request said, path over body over query; `path` names what came with the path."""

    __slots__ = ("path",)
    path: frozenset[str]

    def __init__(self, values: Iterable[tuple[str, Any]] = (), path: frozenset[str] = frozenset()) -> None:
        super().__init__(values)
        self.path = path


class Upload:
    """A file that came with the request. `file` is at its start; it vanishes when closed or forgotten."""

    __slots__ = ("content_type", "file", "filename", "size")

    def __init__(self, filename: str, content_type: str, file: IO[bytes], size: int) -> None:
        self.filename = filename
        self.content_type = content_type
        self.file = file
        self.size = size  # bytes

    def __repr__(self) -> str:
        return f"Upload({self.filename!r}, {self.content_type!r}, {self.size})"


async def read_raw(request: Request[Any, Any, Any], *, body_limit: int = BODY_LIMIT) -> Raw:
    """Read path parameters, query and body of any request into one dict.

    `body_limit` is in bytes. Bodies of unknown types are left unread; `take_rest` takes what is left.
    Raises Malformed and TooLarge, nothing else.
    """
    raw = Raw()
    if query := request.scope["query_string"]:
        raw.update(read_pairs(query))
    content_type = next((v for k, v in request.scope["headers"] if k == b"content-type"), b"")
    if content_type:
        raw.update(await _read_body(request, content_type, body_limit))
    if path := request.path_params:
        raw.update(path)
        raw.path = frozenset(path)
    return raw


def read_pairs(text: bytes) -> dict[str, Any]:
    """Read a query string or an urlencoded body; empty values are kept as empty texts."""
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=KEY_LIMIT)
    except ValueError as error:  # undecodable text, or too many fields
        raise Malformed("The parameters cannot be read.") from error
    return nest(pairs)


def read_json(text: bytes) -> dict[str, Any]:
    """Read a JSON object; an empty body or null is an empty one. Keys may have brackets, as in forms."""
    if not text.strip():
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed("The body must be a JSON object.")
    _check_shape(found)
    return nest(found.items())


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Unfold keys with brackets. A name that comes twice without brackets keeps its last value."""
    top: dict[str, Any] = {}
    for key, value in pairs:
        if "[" not in key and "]" not in key:
            top[key] = value
            continue
        match = _KEY.fullmatch(key)
        steps = _STEP.findall(match[2]) if match else []
        if match is None or len(steps) > DEPTH_LIMIT:
            raise Malformed("A parameter's name cannot be understood.")
        _put(top, match[1], steps, value)
    return top


def _put(node: dict[str, Any], name: str, steps: list[str], value: Any) -> None:
    if not steps:
        node[name] = value
    elif steps[0]:
        child = node.setdefault(name, {})
        if not isinstance(child, dict):
            raise Malformed(f"{name} is given in two different forms.")
        _put(child, steps[0], steps[1:], value)
    else:
        items = node.setdefault(name, [])
        if not isinstance(items, list):
            raise Malformed(f"{name} is given in two different forms.")
        if steps == ["", ""]:  # x[][]: a library adds brackets to a name that has them; one list is meant
            steps = steps[1:]
        if len(steps) > 1:
            _put_in_last(items, name, steps[1:], value)
        elif isinstance(value, list):  # JSON: {"x[]": [1, 2]}
            items.extend(value)
        else:
            items.append(value)


def _put_in_last(items: list[Any], name: str, steps: list[str], value: Any) -> None:
    # A key that the last hash already has begins the next hash.
    if not steps[0]:
        raise Malformed(f"{name} cannot be a list of lists.")
    if not items or not isinstance(items[-1], dict) or _has(items[-1], steps):
        items.append({})
    _put(items[-1], steps[0], steps[1:], value)


def _has(node: Any, steps: list[str]) -> bool:
    for step in steps:
        if not step or not isinstance(node, dict) or step not in node:
            return False
        node = node[step]
    return True


def _check_shape(found: dict[str, Any]) -> None:
    level: list[Any] = [found]
    count = 0
    for _ in range(DEPTH_LIMIT + 2):
        below: list[Any] = []
        for node in level:
            children = node.values() if isinstance(node, dict) else node
            count += len(children)
            if count > KEY_LIMIT:
                raise Malformed("The request has too many parts.")
            below += [child for child in children if isinstance(child, (dict, list))]
        if not below:
            return
        level = below
    raise Malformed("The request is nested too deeply.")


async def _read_body(request: Request[Any, Any, Any], header: bytes, limit: int) -> dict[str, Any]:
    kind, options = parse_options_header(header)
    if kind == b"application/json" or kind.endswith(b"+json"):
        return read_json(b"".join([chunk async for chunk in _chunks(request, limit)]))
    if kind == b"application/x-www-form-urlencoded":
        return read_pairs(b"".join([chunk async for chunk in _chunks(request, limit)]))
    if kind == b"multipart/form-data":
        return nest(await _read_parts(_chunks(request, limit), options.get(b"boundary", b"")))
    return {}


async def _chunks(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    if _announced(request) > limit:
        raise TooLarge()
    total = 0
    while request.is_connected:  # the framework's word for a body that has not come to its end
        chunk = await _receive(request)
        total += len(chunk)
        if total > limit:
            raise TooLarge()
        yield chunk


async def _receive(request: Request[Any, Any, Any]) -> bytes:
    message = await request.receive()
    if message["type"] != "http.request":
        request.is_connected = False
        raise Malformed("The connection ended before the whole body had arrived.")
    request.is_connected = bool(message.get("more_body", False))
    return message.get("body", b"")


def _announced(request: Request[Any, Any, Any]) -> int:
    """How many bytes the client says will come; 0 when it says nothing, or that it will tell as it goes."""
    for name, value in request.scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def take_rest(request: Request[Any, Any, Any]) -> bool:
    """Receive what nobody has read of the body and throw it away; whether the connection can be used again.

    A client whose sending is cut off sees a broken connection instead of the answer, and one that has the answer
    sends its next request into a connection that is being closed.
    """
    if not request.is_connected:
        return True
    names = {name for name, _ in request.scope["headers"]}
    if not names & {b"content-length", b"transfer-encoding"}:
        return True
    left = MOST_THROWN_AWAY
    if _announced(request) > left:
        return False
    while request.is_connected and left >= 0:
        try:
            left -= len(await _receive(request))
        except Malformed:
            return False
    return left >= 0


async def _read_parts(chunks: AsyncIterator[bytes], boundary: bytes) -> list[tuple[str, Any]]:
    if not boundary:
        raise Malformed("The multipart body names no boundary.")
    parts = _Parts()
    received = 0
    try:
        parser = MultipartParser(boundary, callbacks=parts.callbacks())
        async for chunk in chunks:
            received += len(chunk)
            if received > SPOOL_LIMIT:  # from here on files are written to disk
                await asyncio.to_thread(parser.write, chunk)
            else:
                parser.write(chunk)
    except (FormParserError, UnicodeDecodeError) as error:
        raise Malformed("The multipart body cannot be read.") from error
    if received and not parts.ended:
        raise Malformed("The multipart body ends too early.")
    return parts.found


class _Parts:
    """Collects the parts of a multipart body in their order."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Any]] = []
        self.ended = False
        self._begin()

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._field = b""
        self._value = b""
        self._name = ""
        self._filename: str | None = None
        self._text = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value.strip()
        self._field = self._value = b""

    def _open(self) -> None:
        if len(self.found) >= KEY_LIMIT:
            raise Malformed("The request has too many parts.")
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if b"name" not in options:
            raise Malformed("A part of the multipart body has no name.")
        self._name = options[b"name"].decode()
        if b"filename" in options:
            self._filename = options[b"filename"].decode()
            self._file = SpooledTemporaryFile(max_size=SPOOL_LIMIT)  # noqa: SIM115

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._file is not None:
            self._file.write(data[start:end])
        elif self._size > TEXT_PART_LIMIT:
            raise TooLarge()
        else:
            self._text += data[start:end]

    def _close(self) -> None:
        if self._file is None:
            self.found.append((self._name, self._text.decode()))
        elif not self._filename and not self._size:  # a form's file input that was left empty
            self.found.append((self._name, ""))
        else:
            self._file.seek(0)
            kind = self._headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
            self.found.append((self._name, Upload(self._filename or "", kind, self._file, self._size)))

    def _end(self) -> None:
        self.ended = True
