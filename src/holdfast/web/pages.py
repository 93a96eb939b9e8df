"""Declaring pages, and the way that every request for one takes.

    @pages.get("/settings/sessions", needs=MEMBERS)
    async def sessions(v: Visit) -> Reply: ...

The way: is this address let in, is the server set up, who visits, may they be here, the page itself; and for
whatever is raised, an error page.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from holdfast.acting import Acting
from holdfast.errors import NotFound, Problem, Unauthenticated
from holdfast.languages import say, speak, speaking
from holdfast.store import translate
from holdfast.web import replies
from holdfast.web.forms import take_body
from holdfast.web.problems import answer_for, words_for
from holdfast.web.replies import Reply
from holdfast.web.visits import Visit, Web

Run = Callable[[Visit], Awaitable[Reply]]

EVERYBODY = ""
MEMBERS = "member"
BODY_LIMIT = 2 * 1024 * 1024  # bytes; the terms of a server fit
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Declared:
    """A page as its module declared it. ``needs`` is empty, ``member``, or a permission."""

    method: str
    path: str
    run: Run
    needs: str
    before_set_up: bool
    body_limit: int


class Pages:
    """The pages of one module."""

    def __init__(self) -> None:
        self.declared: list[Declared] = []

    def get(self, path: str, *, needs: str = EVERYBODY, before_set_up: bool = False) -> Callable[[Run], Run]:
        """Declare a page."""
        return self._declare("GET", path, needs, before_set_up, 0)

    def post(
        self, path: str, *, needs: str = EVERYBODY, before_set_up: bool = False, body_limit: int = BODY_LIMIT
    ) -> Callable[[Run], Run]:
        """Declare where a form goes; its function asks for the form with ``await v.form()``, which guards it."""
        return self._declare("POST", path, needs, before_set_up, body_limit)

    def _declare(
        self, method: str, path: str, needs: str, before_set_up: bool, body_limit: int
    ) -> Callable[[Run], Run]:
        def declare(run: Run) -> Run:
            self.declared.append(Declared(method, path, run, needs, before_set_up, body_limit))
            return run

        return declare


def handlers(web: Web, declared: Iterable[Declared]) -> list[HTTPRouteHandler]:
    """Litestar handlers for pages."""
    return [_handler(web, page) for page in declared]


def _handler(web: Web, page: Declared) -> HTTPRouteHandler:
    async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
        return await serve(web, page, request)

    methods = ["GET", "HEAD"] if page.method == "GET" else [page.method]
    # The body's size is for take_body to check: the framework would cut the browser off.
    return HTTPRouteHandler(page.path, http_method=methods, request_max_body_size=None)(handle)  # type: ignore[arg-type]


async def serve(web: Web, page: Declared, request: Request[Any, Any, Any]) -> Reply:
    """The answer to one request for a page, whatever happens, in the visitor's language."""
    visit = Visit(request, web)
    with speaking(visit.language):
        return await _served(visit, page)


async def _served(visit: Visit, page: Declared) -> Reply:
    web, request = visit.web, visit.request
    try:
        web.gate.check(visit.ip)
        if not web.db.settings.is_set_up and not page.before_set_up:
            return visit.show("errors/not_set_up.html", 503).header("retry-after", "60")
        await visit.read(visit.recognise)
        speak(visit.language)
        if page.method == "POST":
            await take_body(request, page.body_limit)
            visit.check_same_site()
        refusal = _turned_away(visit, page)
        return visit.finished(refusal or await page.run(visit))
    except Exception as fault:
        return failed(visit, fault)


def _turned_away(visit: Visit, page: Declared) -> Reply | None:
    if not page.needs:
        return None
    if not visit.is_signed_in:
        if page.method == "GET":
            return visit.to_sign_in()
        raise Unauthenticated(say("You are signed out, so nothing was changed. Sign in and send it again."))
    if page.needs != MEMBERS and not visit.acting.may(page.needs):
        raise NotFound()  # who may not administer need not know what there is to administer
    return None


def failed(visit: Visit, fault: Exception) -> Reply:
    """The error page for anything that was raised; what nobody foresaw goes into the log."""
    found = translate(fault)  # a full disk is one wherever it was met
    if isinstance(found, Problem):
        status, retry_after = answer_for(found)
        problem: Problem | None = found
    else:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        retry_after, problem = "", None
    if status >= 500 and status != 503:
        _log.error("%s %s failed", visit.request.method, visit.path, exc_info=fault)
    answer = error_page(visit, status, problem)
    return answer.header("retry-after", retry_after) if retry_after else answer


def error_page(visit: Visit, status: int, problem: Problem | None = None) -> Reply:
    """What happened, what was kept, what to do."""
    return visit.show("errors/error.html", status, number=status, words=words_for(status, problem))


async def for_the_framework(web: Web, request: Request[Any, Any, Any], fault: Exception) -> Reply:
    """The answer to what no page or endpoint has raised: unknown paths, wrong methods, broken bodies."""
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    if isinstance(fault, Problem):
        status = answer_for(fault)[0]
    if not _wants_page(request):
        words = words_for(status, fault if isinstance(fault, Problem) else None)
        if status >= 500:
            _log.error("%s %s failed", request.method, request.scope["path"], exc_info=fault)
        body = {"error": "Record not found" if status == 404 else str(words.happened)}
        return Reply(msgspec.json.encode(body), status, "application/json; charset=utf-8").header(
            "access-control-allow-origin", "*"
        )
    visit = Visit(request, web)
    with speaking(visit.language):
        try:
            await visit.read(visit.recognise)
            speak(visit.language)
        except Exception:
            _log.exception("the visitor of an error page could not be recognised")
            visit.acting = Acting(ip=visit.ip)
        return failed(visit, fault)


def _wants_page(request: Request[Any, Any, Any]) -> bool:
    path = str(request.scope["path"])
    if path.startswith(("/api/", "/oauth/", "/media/", "/static/", "/.well-known/")) and path != "/oauth/authorize":
        return False
    return "text/html" in request.headers.get("accept", "")


def replies_json(value: object, status: int = 200) -> Reply:
    """A small answer to a script of ours."""
    answer = replies.Reply(msgspec.json.encode(value), status, "application/json; charset=utf-8")
    return answer.header("cache-control", "private, no-store")
