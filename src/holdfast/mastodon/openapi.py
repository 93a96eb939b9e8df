"""The client API as an OpenAPI 3.1 document, made from the same structs that read and answer.

Every method is one `Route`; `document(routes, …)` turns them into a dict ready for JSON. Path
parameters are the names in braces; of the rest, GET, HEAD and DELETE have query parameters, the
others a body in each of the three forms.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from holdfast.access import scopes
from holdfast.mastodon.binding import Upload, plan
from holdfast.mastodon.errors import ErrorBody

_IN_PATH = re.compile(r"\{([^}:]+)(?::[^}]+)?\}")
_REF = "#/components/schemas/{name}"
_BODILESS = frozenset({"GET", "HEAD", "DELETE"})
_ERROR = {"$ref": "#/components/responses/Error"}

Schema = dict[str, Any]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of the API.

    `auth` is public, public-or-user, public-or-app, app or user. Each entry of `scopes` must be
    granted; `a|b` in an entry means any of them. `returns` is None for an empty object.
    """

    method: str
    path: str
    operation_id: str
    summary: str
    params: type[msgspec.Struct] | None = None
    returns: Any = None
    status: int = 200
    scopes: tuple[str, ...] = ()
    auth: str = "public"
    tier: int = 1


def document(routes: Sequence[Route], *, title: str, version: str, server_url: str) -> dict[str, Any]:
    """Build the document; `server_url` is absolute, without a slash at its end.

    Raises TypeError for structs that have no schema.
    """
    listed = {r.params for r in routes if r.params} | {ErrorBody}
    kinds = [*listed, *(r.returns for r in routes if r.returns is not None)]
    found, components = msgspec.json.schema_components(kinds, schema_hook=_schema_hook, ref_template=_REF)
    schemas = dict(zip(kinds[: len(listed)], found, strict=False))
    returned = found[len(listed) :]
    by_params = {kind: components[_name(schema)] for kind, schema in schemas.items()}
    answers = iter(returned)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        answer = next(answers) if route.returns is not None else {"type": "object"}
        properties = by_params[route.params]["properties"] if route.params else {}
        operation = _operation(route, properties, answer)
        paths.setdefault(_IN_PATH.sub(r"{\1}", route.path), {})[route.method.lower()] = operation
    for kind in listed - {ErrorBody}:
        components.pop(_name(schemas[kind]))
    _ids_are_texts([paths, components])
    _numbers_are_bounded(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": server_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {"Error": _error_response(schemas[ErrorBody])},
            "securitySchemes": {"oauth2": _oauth2(server_url)},
        },
    }


def _operation(route: Route, properties: Schema, answer: Schema) -> dict[str, Any]:
    in_path = _IN_PATH.findall(route.path)
    needed = [f.name for f in plan(route.params) if f.needed] if route.params else []
    rest = {name: _filled(schema) for name, schema in properties.items() if name not in in_path}
    parameters = [
        {"name": n, "in": "path", "required": True, "schema": _filled(properties.get(n, {"type": "string"}))}
        for n in in_path
    ]
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [tag_of(route.path)],
        "x-tier": route.tier,
        "security": _security(route),
        "responses": _responses(route, answer),
    }
    if route.method in _BODILESS:
        parameters += [_in_query(name, schema, name in needed) for name, schema in rest.items()]
    elif rest:
        operation["requestBody"] = _body(rest, [n for n in needed if n in rest])
    if parameters:
        operation["parameters"] = parameters
    return operation


def _in_query(name: str, schema: Schema, required: bool) -> dict[str, Any]:
    is_list = schema.get("type") == "array"
    parameter: dict[str, Any] = {"name": f"{name}[]" if is_list else name, "in": "query", "schema": schema}
    if _is_hash(schema):
        parameter["style"] = "deepObject"
        parameter["explode"] = True
    if required:
        parameter["required"] = True
    return parameter


def _body(properties: Schema, needed: list[str]) -> dict[str, Any]:
    files = {name for name, schema in properties.items() if schema.get("format") == "binary"}
    plain = {name: schema for name, schema in properties.items() if name not in files}
    content = {}
    if not files.intersection(needed):
        content["application/json"] = {"schema": _object(plain, needed)}
        content["application/x-www-form-urlencoded"] = _form(plain, needed)
    content["multipart/form-data"] = _form(properties, needed)
    return {"required": bool(needed), "content": content}


def _form(properties: Schema, needed: list[str]) -> dict[str, Any]:
    # In forms lists carry brackets and hashes are written `poll[options]`.
    names = {name: f"{name}[]" if s.get("type") == "array" else name for name, s in properties.items()}
    schema = _object({names[n]: s for n, s in properties.items()}, [names[n] for n in needed])
    hashes = [name for name, s in properties.items() if _is_hash(s)]
    if not hashes:
        return {"schema": schema}
    return {"schema": schema, "encoding": {n: {"style": "deepObject", "explode": True} for n in hashes}}


def _object(properties: Schema, needed: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if needed:
        schema["required"] = needed
    return schema


def _filled(schema: Schema) -> Schema:
    # A query or a form cannot say null, so it is not offered; null as a default means absence.
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    kept = {k: v for k, v in schema.items() if k != "anyOf" and not (k == "default" and v is None)}
    if len(options) == 1:
        return {**options[0], **kept}
    if options:
        kept["anyOf"] = options
    if isinstance(kept.get("enum"), list):
        kept["enum"] = [choice for choice in kept["enum"] if choice is not None]
    return kept


def _is_hash(schema: Schema) -> bool:
    return "$ref" in schema or schema.get("type") == "object"


def _responses(route: Route, answer: Schema) -> dict[str, Any]:
    responses: dict[str, Any] = {
        str(route.status): {
            "description": "Done.",
            "content": {"application/json": {"schema": answer}},
        },
        "4XX": _ERROR,
        "5XX": _ERROR,
    }
    if route.auth in ("app", "user"):
        responses["401"] = responses["403"] = _ERROR
    if "{" in route.path:
        responses["404"] = _ERROR
    if route.params:
        responses["422"] = _ERROR
    return responses


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.auth == "public":
        return []
    choices = itertools.product(*(entry.split("|") for entry in route.scopes))
    needed: list[dict[str, list[str]]] = [
        {"oauth2": [scope for part in choice for scope in part.split("&")]} for choice in choices
    ]
    return [{}, *needed] if route.auth.startswith("public-or-") else needed


def _ids_are_texts(node: Any) -> None:
    # Ids are numbers inside and texts outside; msgspec knows the inside only.
    if isinstance(node, dict):
        if node.get("format") == "id" and node.get("type") == "integer":
            node.update(type="string", pattern="^[0-9]{1,18}$")
            del node["format"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _ids_are_texts(child)


def _numbers_are_bounded(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("type") == "integer":
            node.setdefault("minimum", -(2**63))
            node.setdefault("maximum", 2**63 - 1)
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _numbers_are_bounded(child)


def _oauth2(server_url: str) -> dict[str, Any]:
    listed = dict.fromkeys(sorted(scopes.ALL), "")
    token = {"tokenUrl": f"{server_url}/oauth/token", "scopes": listed}
    return {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {"authorizationUrl": f"{server_url}/oauth/authorize", **token},
            "clientCredentials": token,
        },
    }


def _error_response(schema: Schema) -> dict[str, Any]:
    return {"description": "Not done.", "content": {"application/json": {"schema": schema}}}


def tag_of(path: str) -> str:
    """The resource that a path belongs to."""
    parts = [part for part in path.split("/") if part]
    if parts[:2] == ["api", "holdfast"]:
        return f"holdfast-{parts[3]}"
    return parts[2] if parts[:1] == ["api"] and len(parts) > 2 else parts[0]


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _schema_hook(kind: type) -> Schema:
    if kind is Upload:
        return {"type": "string", "format": "binary"}
    raise NotImplementedError(f"{kind!r} has no schema")
