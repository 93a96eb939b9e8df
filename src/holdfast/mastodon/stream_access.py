"""Who may open a stream: the token of a request, its scopes, and what belongs to its list."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import msgspec
from litestar import Litestar
from litestar.types import Scope

from holdfast import people
from holdfast.access import bearer, scopes
from holdfast.acting import Acting
from holdfast.errors import Problem, Unauthenticated
from holdfast.mastodon import errors
from holdfast.mastodon.endpoints import CORS, Reply
from holdfast.mastodon.serving import NeedsUser, OutsideScopes
from holdfast.mastodon.stream_names import LIST, Named
from holdfast.writes import Database

LAST_WORD_S = 1.0
_CONNECT_SCOPES = "read|read:statuses|read:notifications"


async def check_may(db: Database, acting: Acting, wanted: Named) -> None:
    """Raise :class:`OutsideScopes` or :class:`NotFound` where the caller may not hear a stream."""
    if not scopes.covers(acting.scopes or (), wanted.scope):
        raise OutsideScopes()
    if wanted.key.name == LIST:
        await check_list(db, acting, wanted)


async def signed_in(db: Database, token: str | None, ip: str) -> Acting:
    if not token:
        raise Unauthenticated("The access token is invalid")
    acting = await _authenticated(db, token, ip)
    if acting.account_id is None:
        raise NeedsUser()
    if not scopes.covers(acting.scopes or (), _CONNECT_SCOPES):
        raise OutsideScopes()
    return acting


async def check_list(db: Database, acting: Acting, wanted: Named) -> None:
    """Raise :class:`NotFound` for a list that is not the caller's."""

    def look() -> None:
        with db.read() as r:
            people.own_list(r, acting.known_id, int(wanted.key.about))

    await db.run_read(look)


async def _authenticated(db: Database, token: str, ip: str) -> Acting:
    def look() -> Acting:
        with db.read() as r:
            return bearer(r, token, ip=ip)

    return await db.run_read(look)


async def is_revoked(db: Database, token: str | None, ip: str) -> bool:
    """Whether a token lost its force between the first look and the moment from which the stream hears of that."""
    try:
        await _authenticated(db, token or "", ip)
    except Problem:
        return True
    return False


def token_of(scope: Scope) -> tuple[str | None, str | None]:
    """The token of a request, and the WebSocket protocol that carried it, which the answer has to name."""
    for key, value in scope["headers"]:
        if key == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer" and token.strip():
                return token.strip(), None
    protocols = scope.get("subprotocols") or []
    if protocols:
        return str(protocols[0]), str(protocols[0])  # type: ignore[index]
    found = query(scope).get("access_token")
    return (found[0], None) if found else (None, None)


def query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def stopping_of(scope: Scope) -> asyncio.Event | None:
    """The event of the server's end, which ``site`` puts into the application's state."""
    found = Litestar.from_scope(scope).state.get("stopping")
    return found if isinstance(found, asyncio.Event) else None


def answer(problem: Problem) -> Reply:
    found = errors.answer(problem)
    answer = Reply(msgspec.json.encode(found.body), found.status)
    answer.headers.extend(CORS)
    for name, value in found.headers.items():
        answer.header(name, value)
    return answer
