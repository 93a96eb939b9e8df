"""OAuth 2: tokens, their revocation, who is signed in, and where all this is found.

The consent page, which hands out the codes, belongs to ``web``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated
from urllib.parse import unquote_plus

from msgspec import Meta, Struct

from holdfast import access, people
from holdfast.access import App, InvalidGrant, IssuedToken, NotYourToken, UnknownClient, UnsupportedGrant
from holdfast.access.scopes import BELOW, text
from holdfast.acting import Acting
from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.endpoints import Call, Endpoints, Reply, reply
from holdfast.mastodon.entities import OAuthServerMetadata, OAuthUserInfo, Token
from holdfast.people import DEFAULT_AVATAR
from holdfast.store import SECOND

api = Endpoints()

GRANTS = ("authorization_code", "client_credentials")
Long = Annotated[str, Meta(max_length=4_000)]


class TokenParams(Struct, kw_only=True):
    """What a token is asked for with; the client may also name itself by HTTP Basic."""

    grant_type: str = ""
    client_id: Long = ""
    client_secret: Long = ""
    code: Long = ""
    redirect_uri: Long = ""
    code_verifier: Long = ""
    scope: Long = ""


class RevocationParams(Struct, kw_only=True):
    """The token to end."""

    token: Long = ""
    client_id: Long = ""
    client_secret: Long = ""


class MissingParameter(Invalid):
    """A required parameter is missing."""

    key = "invalid_request"


class Empty(Struct):
    """Nothing."""


@api.post("/oauth/token", auth="public", params=TokenParams, returns=Token, tier=1, budget="oauth", is_oauth=True)
async def issue(call: Call, params: TokenParams) -> Reply:
    """Trade in a code, or an app's own credentials, for a token."""
    if not params.grant_type:
        raise MissingParameter("The parameter grant_type is missing.")
    if params.grant_type not in GRANTS:
        raise UnsupportedGrant()
    client = await _client(call, params.client_id, params.client_secret)
    acting = Acting(ip=call.ip)
    if params.grant_type == "client_credentials":
        issued = await call.db.run_write(access.client_token, acting, client, params.scope)
        return _no_store(reply(_token(issued)))
    if not params.code or not params.redirect_uri:
        raise MissingParameter("The parameters code and redirect_uri are needed.")
    found = await call.db.run_write(
        access.exchange_code, acting, client, params.code, params.redirect_uri, params.code_verifier
    )
    if isinstance(found, InvalidGrant):
        raise found
    return _no_store(reply(_token(found)))


@api.post("/oauth/revoke", auth="public", params=RevocationParams, returns=Empty, tier=2, budget="oauth", is_oauth=True)
async def revoke(call: Call, params: RevocationParams) -> Empty:
    """End a token."""
    if not params.token:
        raise NotYourToken("The parameter token is missing.")
    try:
        client = await _client(call, params.client_id, params.client_secret)
    except UnknownClient as fault:
        raise NotYourToken() from fault
    await call.db.run_write(access.revoke_token, Acting(ip=call.ip), client, params.token)
    return Empty()


@api.get("/oauth/userinfo", scopes="profile", returns=OAuthUserInfo)
def userinfo(call: Call) -> OAuthUserInfo:
    """Who is signed in, as OpenID Connect tells it."""
    return _user(call)


@api.post("/oauth/userinfo", scopes="profile", returns=OAuthUserInfo)
def userinfo_by_post(call: Call) -> OAuthUserInfo:
    """Who is signed in, asked by POST."""
    return _user(call)


def _user(call: Call) -> OAuthUserInfo:
    account = people.account_by_id(call.r, call.me)
    if account is None:
        raise NotFound()
    return OAuthUserInfo(
        iss=call.db.base_url,
        sub=account.uri,
        name=account.display_name or account.username,
        preferred_username=account.username,
        profile=account.url,
        picture=call.renderer.accounts.media_url(account.avatar_key, DEFAULT_AVATAR),
    )


@api.get("/.well-known/oauth-authorization-server", auth="public", returns=OAuthServerMetadata, tier=1)
def metadata(call: Call) -> OAuthServerMetadata:
    """Where OAuth's doors are (RFC 8414)."""
    base = call.db.base_url
    return OAuthServerMetadata(
        issuer=base,
        service_documentation=f"{base}/docs",
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        app_registration_endpoint=f"{base}/api/v1/apps",
        revocation_endpoint=f"{base}/oauth/revoke",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        scopes_supported=text({*BELOW, *(one for below in BELOW.values() for one in below)}).split(),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        code_challenge_methods_supported=["S256"],
        grant_types_supported=list(GRANTS),
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )


async def _client(call: Call, client_id: str, client_secret: str) -> App:
    """The app that asks, by HTTP Basic or by the body (RFC 6749, 2.3.1). Raises :class:`UnknownClient`."""
    named = _basic(call.header("authorization"))
    return await call.read(access.client, *(named or (client_id, client_secret)))


def _basic(header: str | None) -> tuple[str, str] | None:
    kind, _, encoded = (header or "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as fault:
        raise UnknownClient() from fault
    if not colon:
        raise UnknownClient()
    return unquote_plus(name), unquote_plus(secret)


def _token(issued: IssuedToken) -> Token:
    return Token(
        access_token=issued.token,
        token_type="Bearer",  # noqa: S106  its kind, not a secret
        scope=issued.scopes,
        created_at=issued.created_at // SECOND,
    )


def _no_store(answer: Reply) -> Reply:
    """No cache may keep a token (RFC 6749, 5.1)."""
    return answer.header("cache-control", "no-store").header("pragma", "no-cache")
