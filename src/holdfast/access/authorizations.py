"""The first half of OAuth's code flow: what an app asks for, and the code that a member grants it.

UnusableRequest (Invalid)    nothing can be sent back to the app: an error page for the member
DeniedRequest   (Invalid)    the app is told, at ``location``
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from sqlalchemy import insert

from holdfast.access import scopes as scope_tree
from holdfast.access.apps import OUT_OF_BAND, App, app_by_client_id
from holdfast.access.events import AppAuthorized
from holdfast.access.members import member
from holdfast.access.tables import authorization_codes
from holdfast.access.tokens import digest, new_secret
from holdfast.acting import Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.store import MINUTE, Read
from holdfast.writes import Ability, Database

CODE_LASTS_MS = 10 * MINUTE
LONGEST_STATE = 4_000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # a SHA-256 in base64url, RFC 7636 section 4.2


class UnusableRequest(Invalid):
    """The application's request cannot be used."""

    key = "unusable_request"


class DeniedRequest(Invalid):
    """The application's request is refused; ``location`` takes the reason back to it."""

    key = "denied_request"

    def __init__(self, error: str, message: str, location: str) -> None:
        super().__init__(message)
        self.error = error
        self.location = location


class AuthorizationRequest(msgspec.Struct, frozen=True):
    """What the consent page shows, and what a code is granted for."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    code_challenge: str | None
    forces_sign_in: bool
    language: str

    @property
    def is_out_of_band(self) -> bool:
        """Whether the code is shown on a page, for typing it into the app."""
        return self.redirect_uri == OUT_OF_BAND

    def location(self, **parameters: str) -> str:
        """The app's own address with these parameters and the state."""
        return _location(self.redirect_uri, parameters, self.state)


def authorization_request(r: Read, params: Mapping[str, str]) -> AuthorizationRequest:
    """Read what an app asks for. Raises :class:`UnusableRequest`, :class:`DeniedRequest`."""
    app = app_by_client_id(r, params.get("client_id", ""))
    if app is None:
        raise UnusableRequest(say("This application is not registered here, or its registration was removed."))
    redirect_uri = params.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris:
        raise UnusableRequest(say("The address to which the application wants you sent back is not registered."))
    state = params.get("state", "")
    if len(state) > LONGEST_STATE:
        raise UnusableRequest(say("The application's request is too long."))

    def denied(error: str, message: str) -> Exception:
        if redirect_uri == OUT_OF_BAND:
            return UnusableRequest(message)
        told = {"error": error, "error_description": message}
        return DeniedRequest(error, message, _location(redirect_uri, told, state))

    if params.get("response_type") != "code":
        raise denied("unsupported_response_type", "Only the response type code is supported.")
    try:
        asked = scope_tree.parse(params.get("scope", "")) or scope_tree.DEFAULT
    except scope_tree.UnknownScope as fault:
        raise denied("invalid_scope", str(fault)) from fault
    if not scope_tree.narrower(asked, app.granted):
        raise denied("invalid_scope", "The application asks for more than it registered for.")
    challenge = params.get("code_challenge") or None
    method = params.get("code_challenge_method") or ("plain" if challenge else "S256")
    if method != "S256" or (challenge is not None and not _CHALLENGE.fullmatch(challenge)):
        raise denied("invalid_request", "The code challenge must be made with S256.")
    forces = params.get("force_login", "").lower() in ("1", "true", "t", "on", "yes")
    return AuthorizationRequest(app, redirect_uri, asked, state, challenge, forces, params.get("lang", "")[:16])


def grant_code(db: Database, acting: Acting, request: AuthorizationRequest) -> str:
    """The member lets the app in: a code, good once and for ten minutes."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = member(w, acting.known_id)
        code = new_secret()
        row = {
            "digest": digest(code),
            "app_id": request.app.id,
            "account_id": found.account_id,
            "scopes": scope_tree.text(request.scopes),
            "redirect_uri": request.redirect_uri,
            "code_challenge": request.code_challenge,
            "expires_at": w.now + CODE_LASTS_MS,
        }
        w.run(insert(authorization_codes).values(row))
        event = AppAuthorized(
            account_id=found.account_id, app_id=request.app.id, scopes=scope_tree.text(request.scopes)
        )
        w.record(event)
        return code


def code_location(request: AuthorizationRequest, code: str) -> str:
    """Where the member's browser takes the code; not for out-of-band requests."""
    return request.location(code=code)


def refusal_location(request: AuthorizationRequest) -> str:
    """Where the member's browser takes the news that they refused."""
    return request.location(error="access_denied", error_description="The member refused.")


def _location(uri: str, parameters: Mapping[str, str], state: str) -> str:
    pairs = dict(parameters) | ({"state": state} if state else {})
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(pairs)}"
