"""Pages in HTML: reading, joining, signing in, consent, settings, administration. They work without JavaScript."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from holdfast import access, posts
from holdfast.access.budgets import Budgets
from holdfast.errors import Problem
from holdfast.timelines import InMemory
from holdfast.web import administration, joining, moderating, reading, serving, settings, words, writing
from holdfast.web.assets import Assets
from holdfast.web.pages import Declared, for_the_framework, handlers
from holdfast.web.presenting import emoji_filters, environment
from holdfast.web.reading.live import Live, routes
from holdfast.web.replies import Reply
from holdfast.web.visits import Web
from holdfast.writes import Database

__all__ = ["Door", "declared"]

_ROOMS = (joining, settings, administration, moderating, serving, writing, reading)


def declared() -> list[Declared]:
    """Every page and every address of a form."""
    return [page for room in _ROOMS for page in room.declared()]


class Door:
    """The pages of one database: what the framework routes, and how it answers what no page has raised."""

    def __init__(self, db: Database, kept: InMemory, budgets: Budgets) -> None:
        web = _web(db, kept, budgets)
        self.live = Live(db, kept, web.gate)
        self.routes: list[HTTPRouteHandler] = [
            *handlers(web, declared()),
            *routes(web, self.live),
            *_static(web.assets),
        ]
        self.exception_handlers: dict[int | type[Exception], Any] = _exception_handlers(web)


def _exception_handlers(web: Web) -> dict[int | type[Exception], Any]:
    """For the whole application: unknown addresses and broken requests get a page, or JSON under the API's paths."""

    def handle(request: Request[Any, Any, Any], fault: Exception) -> _Later:
        return _Later(web, request, fault)

    return {Problem: handle, Exception: handle}


class _Later:
    """An answer that is made when it is sent: the framework's exception handlers may not wait for the database."""

    def __init__(self, web: Web, request: Request[Any, Any, Any], fault: Exception) -> None:
        self._web = web
        self._request = request
        self._fault = fault

    def to_asgi_response(self, **_: object) -> ASGIApp:
        """Itself, as the framework asks for it."""
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the answer and send it."""
        answer = await for_the_framework(self._web, self._request, self._fault)
        await answer(scope, receive, send)


def _web(db: Database, kept: InMemory, budgets: Budgets) -> Web:
    assets = Assets()
    templates = environment(assets)
    emojis = posts.Emojis(db)
    templates.filters.update(emoji_filters(emojis))
    templates.globals.update(
        mode_words=words.mode_words,
        scope_words=words.scope_words,
        browser=words.browser,
        visibility_words=words.VISIBILITY,
        registration_words=words.REGISTRATION,
        method_words=words.METHODS,
        main_menu=words.MAIN_MENU,
        settings_menu=words.SETTINGS_MENU,
    )
    return Web(db, templates, assets, access.Gate(db), budgets, kept, emojis)


def _static(assets: Assets) -> list[HTTPRouteHandler]:
    async def static(request: Request[Any, Any, Any]) -> ASGIApp:
        found = assets.find(str(request.path_params["path"]))
        if found is None:
            return Reply(b"There is no such file.\n", 404, "text/plain; charset=utf-8")
        asset, keeps = found
        if asset.etag in request.headers.get("if-none-match", ""):
            answer = Reply(b"", 304, asset.mime_type)
        elif asset.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            answer = Reply(asset.zipped, 200, asset.mime_type).header("content-encoding", "gzip")
        else:
            answer = Reply(asset.body, 200, asset.mime_type)
        answer.header("etag", asset.etag).header("vary", "Accept-Encoding").header("access-control-allow-origin", "*")
        answer.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        lasts = "public, max-age=31536000, immutable" if keeps else "public, max-age=3600"
        return answer.header("cache-control", lasts)

    return [HTTPRouteHandler("/static/{path:path}", http_method=["GET", "HEAD"])(static)]
