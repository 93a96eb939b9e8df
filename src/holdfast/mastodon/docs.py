"""The API's own description: an OpenAPI document, and a plain page made from it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from holdfast import __version__
from holdfast.mastodon import openapi
from holdfast.mastodon.endpoints import CORS, JSON, Declared, Reply
from holdfast.writes import Database

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "code{font:0.9em ui-monospace,monospace}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886}"
    "nav a{margin-right:.75rem}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_WHO = {
    "public": "anybody",
    "public-or-user": "anybody; more for members",
    "public-or-app": "anybody; more for apps and members",
    "app": "apps",
    "user": "members",
}


def routes(db: Database, declared: Sequence[Declared]) -> list[HTTPRouteHandler]:
    """``/docs`` and ``/docs/openapi.json``; the document is made on first use, anew when the address changes."""
    made: dict[tuple[str, str], bytes] = {}

    def document() -> bytes:
        key = (db.base_url, db.settings.name)
        if key not in made:
            made.clear()
            made[key] = msgspec.json.encode(
                openapi.document(
                    [endpoint.route for endpoint in declared],
                    title=f"{db.settings.name}: client API",
                    version=__version__,
                    server_url=db.base_url,
                )
            )
        return made[key]

    async def as_json(request: Request[Any, Any, Any]) -> ASGIApp:  # noqa: ARG001 - the same for everybody
        return Reply(await db.run_read(document), 200, (JSON, *CORS))

    async def as_page(request: Request[Any, Any, Any]) -> ASGIApp:  # noqa: ARG001 - the same for everybody
        return Reply(page(db.settings.name, declared).encode(), 200, _page_headers())

    return [
        HTTPRouteHandler("/docs/openapi.json", http_method="GET")(as_json),
        HTTPRouteHandler("/docs", http_method="GET")(as_page),
    ]


def page(name: str, declared: Sequence[Declared]) -> str:
    """All methods by resource, as one HTML page without scripts."""
    groups: dict[str, list[Declared]] = {}
    for endpoint in declared:
        groups.setdefault(openapi.tag_of(endpoint.route.path), []).append(endpoint)
    tags = sorted(groups)
    links = "".join(f'<a href="#{escape(tag)}">{escape(tag)}</a> ' for tag in tags)
    sections = "".join(_section(tag, groups[tag]) for tag in tags)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Client API of {escape(name)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>Client API of {escape(name)}</h1>"
        "<p>What existing apps speak with this server. The same for programs: "
        '<a href="/docs/openapi.json">the OpenAPI document</a>.</p>'
        f'<nav aria-label="Resources">{links}</nav>{sections}</main></body></html>'
    )


def _section(tag: str, endpoints: Sequence[Declared]) -> str:
    rows = "".join(_row(endpoint) for endpoint in endpoints)
    return (
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2><table><thead><tr><th scope="col">Method</th>'
        '<th scope="col">What it does</th><th scope="col">Who may call it</th><th scope="col">Scopes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(endpoint: Declared) -> str:
    route = endpoint.route
    scopes = " and ".join(part.replace("|", " or ") for part in route.scopes)
    return (
        f"<tr><td><code>{escape(route.method)} {escape(route.path)}</code></td><td>{escape(route.summary)}</td>"
        f"<td>{_WHO[route.auth]}</td><td>{escape(scopes)}</td></tr>"
    )


def _page_headers() -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", _POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    )
