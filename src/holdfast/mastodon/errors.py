"""The one table from error to answer of the client API.

    Malformed, Missing   400    NotFound      404    TooMany        429 with Retry-After
    Unauthenticated      401    TooLarge      413    Unavailable    503 with Retry-After
    Refused              403    Invalid       422    Misconfigured  500
    ChangedMeanwhile     409    Conflict      422    anything else  500

Bodies are `{"error": sentence}`; Invalid with fields adds
`"details": {field: [{"error": reason, "description": sentence}]}`. OAuth's own methods answer
`{"error": code, "error_description": sentence}` instead (RFC 6749, 6750, 7009), and so do those of our own API, with
the same details, and with 409 and who was faster under `"meanwhile"` for a Conflict.
`EXCEPTION_HANDLERS` go on the application or the API's router, `OAUTH_EXCEPTION_HANDLERS` on the
OAuth handlers.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import UNSET, UnsetType

from holdfast.errors import (
    Conflict,
    Invalid,
    Misconfigured,
    NotFound,
    Problem,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from holdfast.mastodon.binding import Malformed, Missing, TooLarge
from holdfast.mastodon.entities.base import datetime_text
from holdfast.store import translate

_log = logging.getLogger(__name__)


class ChangedMeanwhile(Conflict):
    """Somebody changed this at the same time; please try again."""

    key = "changed_meanwhile"


STATUS: Mapping[type[Problem], int] = {
    Malformed: 400,
    Missing: 400,
    TooLarge: 413,
    Invalid: 422,
    Unauthenticated: 401,
    Refused: 403,
    NotFound: 404,
    ChangedMeanwhile: 409,
    Conflict: 422,
    TooMany: 429,
    Unavailable: 503,
    Misconfigured: 500,
    Problem: 500,
}

# What OAuth calls the kinds, unless the problem's key is itself one of OAuth's codes.
OAUTH_CODE: Mapping[type[Problem], str] = {
    Invalid: "invalid_request",
    Unauthenticated: "invalid_client",
    Refused: "access_denied",
    NotFound: "invalid_request",
    Conflict: "invalid_request",
    TooMany: "temporarily_unavailable",
    Unavailable: "temporarily_unavailable",
    Problem: "server_error",
}

OAUTH_STATUS: Mapping[str, int] = {
    "invalid_request": 400,
    "invalid_grant": 400,
    "invalid_scope": 400,
    "invalid_redirect_uri": 400,
    "unsupported_grant_type": 400,
    "unsupported_response_type": 400,
    "unsupported_token_type": 400,
    "invalid_client": 401,
    "invalid_token": 401,
    "access_denied": 403,
    "insufficient_scope": 403,
    "unauthorized_client": 403,
    "temporarily_unavailable": 503,
    "server_error": 500,
}

_HTTP_SENTENCES: Mapping[int, str] = {
    400: "The request cannot be read.",
    401: "The access token is invalid",
    403: "This action is not allowed",
    404: "Record not found",
    405: "This method is not allowed here",
    413: "The request's body is larger than this method takes.",
    415: "The body's media type is not supported",
    429: "Too many requests",
}
_BUG = "Something went wrong on this server."


class FieldProblem(msgspec.Struct):
    """One thing that is wrong with one field."""

    error: str
    description: str


class ErrorBody(msgspec.Struct, kw_only=True):
    """The body of every answer that is an error."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[FieldProblem]] | UnsetType = UNSET
    meanwhile: dict[str, str] | UnsetType = UNSET


class Answer(msgspec.Struct):
    """Status, body and headers of an answer."""

    status: int
    body: ErrorBody
    headers: dict[str, str]


def answer(problem: Problem) -> Answer:
    """Translate an error for the methods under `/api`."""
    status = _by_kind(STATUS, problem)
    body = ErrorBody(error=problem.message)
    headers = _retry_after(problem)
    if status == 404:
        body.error = _HTTP_SENTENCES[404]  # hidden and absent must look the same
    elif status == 500:
        body.error = _BUG
    elif status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="API", error="invalid_token"'
    elif isinstance(problem, Invalid) and problem.fields:
        body.details = _details(problem)
    return Answer(status, body, headers)


def oauth_answer(problem: Problem) -> Answer:
    """Translate an error for OAuth's own methods."""
    code = problem.key if problem.key in OAUTH_STATUS else _by_kind(OAUTH_CODE, problem)
    status = OAUTH_STATUS[code]
    if isinstance(problem, (TooMany, TooLarge)):
        status = STATUS[TooMany if isinstance(problem, TooMany) else TooLarge]
    headers = _retry_after(problem)
    headers["Cache-Control"] = "no-store"
    if status == 401:
        scheme = "Bearer" if code == "invalid_token" else "Basic"
        headers["WWW-Authenticate"] = f'{scheme} realm="OAuth", error="{code}"'
    sentence = _BUG if status == 500 else problem.message
    return Answer(status, ErrorBody(error=code, error_description=sentence), headers)


def own_answer(problem: Problem) -> Answer:
    """Translate an error for the methods under `/api/holdfast`."""
    status = 409 if isinstance(problem, Conflict) else _by_kind(STATUS, problem)
    body = ErrorBody(error=problem.key, error_description=_BUG if status == 500 else problem.message)
    headers = _retry_after(problem)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="API", error="invalid_token"'
    elif isinstance(problem, Invalid) and problem.fields:
        body.details = _details(problem)
    elif status == 409:
        body.meanwhile = {
            name: _told_as_text(name, value) for name, value in problem.details.items() if value is not None
        }
    return Answer(status, body, headers)


def http_answer(error: HTTPException) -> Answer:
    """Translate what the framework itself refuses: unknown paths, methods, media types."""
    status = error.status_code
    sentence = _BUG if status >= 500 else _HTTP_SENTENCES.get(status, error.detail)
    return Answer(status, ErrorBody(error=sentence), dict(error.headers or {}))


def handle_problem(request: Request[Any, Any, Any], error: Problem) -> Response[bytes]:
    """Answer an error of ours."""
    found = answer(error)
    _tell(request, found, error)
    return _response(found)


def handle_oauth_problem(request: Request[Any, Any, Any], error: Problem) -> Response[bytes]:
    """Answer an error of ours in OAuth's form."""
    found = oauth_answer(error)
    _tell(request, found, error)
    return _response(found)


def handle_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer an error of the framework."""
    found = http_answer(error)
    _tell(request, found, error)
    return _response(found)


def handle_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer what nobody foresaw; the log gets the cause, the client does not."""
    found = Answer(500, ErrorBody(error=_BUG), {})
    _tell(request, found, error)
    return _response(found)


def answer_for(
    request: Request[Any, Any, Any], fault: Exception, *, is_oauth: bool = False, is_ours: bool = False
) -> Answer:
    """The answer to anything that an endpoint raised; what nobody foresaw goes into the log."""
    problem = translate(fault)  # a full disk is one wherever it was met
    if isinstance(problem, Problem):
        fault = problem
    if isinstance(fault, Problem):
        found = oauth_answer(fault) if is_oauth else own_answer(fault) if is_ours else answer(fault)
    elif isinstance(fault, HTTPException):
        found = http_answer(fault)
    else:
        found = Answer(500, ErrorBody(error=_BUG), {})
    _tell(request, found, fault)
    return found


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    Problem: handle_problem,
    HTTPException: handle_http,
    Exception: handle_bug,
}
OAUTH_EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    **EXCEPTION_HANDLERS,
    Problem: handle_oauth_problem,
}


def _by_kind(table: Mapping[type[Problem], Any], problem: Problem) -> Any:
    return next(table[kind] for kind in type(problem).__mro__ if kind in table)


def _retry_after(problem: Problem) -> dict[str, str]:
    if isinstance(problem, (TooMany, Unavailable)):
        return {"Retry-After": str(max(1, math.ceil(problem.retry_after)))}
    return {}


def _told_as_text(name: str, value: object) -> str:
    """An id, a word, or a moment as text."""
    is_moment = isinstance(value, int) and (name.endswith("_at") or name == "until")
    return datetime_text(value) if is_moment else str(value)  # type: ignore[arg-type]


def _details(problem: Invalid) -> dict[str, list[FieldProblem]]:
    details: dict[str, list[FieldProblem]] = {}
    for field in problem.fields:
        details.setdefault(field.field, []).append(FieldProblem(field.reason, field.message))
    return details


def _tell(request: Request[Any, Any, Any], found: Answer, error: Exception) -> None:
    if found.status == 500:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)


def _response(found: Answer) -> Response[bytes]:
    return Response(
        msgspec.json.encode(found.body),
        status_code=found.status,
        headers=found.headers,
        media_type="application/json; charset=utf-8",
    )
