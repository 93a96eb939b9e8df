"""The second half of OAuth: tokens for codes and for apps themselves, revoked and listed."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

import msgspec
from sqlalchemy import delete, func, insert, select, update

from holdfast.access import scopes as scope_tree
from holdfast.access.apps import COMMAND_LINE, LONGEST_NAME, OUT_OF_BAND, App, app
from holdfast.access.errors import InvalidGrant, NotPermitted, NotYourToken
from holdfast.access.events import AccessRevoked, TokenIssued
from holdfast.access.members import member
from holdfast.access.scopes import UnknownScope
from holdfast.access.sign_up_form import SignUp
from holdfast.access.sign_ups import sign_up
from holdfast.access.tables import apps, authorization_codes, tokens
from holdfast.access.tokens import digest, new_secret
from holdfast.acting import Acting
from holdfast.errors import NotFound
from holdfast.languages import say
from holdfast.store import DAY, Read
from holdfast.writes import Ability, Database, Write

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 section 4.1
UNUSED_APP_TOKEN_MS = 90 * DAY


class IssuedToken(msgspec.Struct, frozen=True):
    """A token that was issued just now, which is the only time it is told; ``created_at`` in milliseconds."""

    id: int
    token: str
    account_id: int | None
    scopes: str
    created_at: int

    def __repr__(self) -> str:
        """Without the token."""
        return f"IssuedToken({self.id})"


class AuthorizedApp(msgspec.Struct, frozen=True):
    """An app that a member let in; ``last_ip`` is where it was last used from, times in milliseconds."""

    app_id: int
    name: str
    website: str | None
    scopes: str
    created_at: int
    last_used_at: int | None
    last_ip: str | None


def exchange_code(
    db: Database, acting: Acting, client: App, code: str, redirect_uri: str, verifier: str = ""
) -> IssuedToken | InvalidGrant:
    """A token for a code. The refusal is returned, not raised: what a replayed code revokes must be kept.

    A code that comes a second time was stolen once, and nobody knows by whom: its token ends (RFC 6749, 4.1.2).
    """
    with db.write(acting, Ability.SIGN_IN) as w:
        mine = authorization_codes.c.digest == digest(code)
        row = w.first(select(authorization_codes).where(mine))
        if row is None or row.app_id != client.id or row.redirect_uri != redirect_uri:
            return InvalidGrant()
        if not verifier_fits(row.code_challenge, verifier) or row.expires_at <= w.now:
            return InvalidGrant()
        issued = _new(w, client.id, row.account_id, row.scopes)
        unused = mine & authorization_codes.c.token_id.is_(None)
        if not w.run(update(authorization_codes).where(unused).values(token_id=issued.id)):
            first = w.value(select(authorization_codes.c.token_id).where(mine))
            _end(w, [issued.id, first])
            return InvalidGrant()
        w.record(TokenIssued(account_id=row.account_id, app_id=client.id, token_id=issued.id), owner=row.account_id)
        return issued


def verifier_fits(challenge: str | None, verifier: str) -> bool:
    """Whether a verifier belongs to an S256 challenge; without a challenge there must be none (RFC 7636)."""
    if challenge is None:
        return not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def client_token(db: Database, acting: Acting, client: App, scope: str = "") -> IssuedToken:
    """A token for the app itself. Raises :class:`UnknownScope` for more than it registered for."""
    with db.write(acting, Ability.SIGN_IN) as w:
        asked = scope_tree.parse(scope) or scope_tree.DEFAULT
        if not scope_tree.narrower(asked, client.granted):
            raise UnknownScope()
        issued = _new(w, client.id, None, scope_tree.text(asked))
        w.record(TokenIssued(account_id=None, app_id=client.id, token_id=issued.id))
        return issued


def sign_up_by_app(db: Database, acting: Acting, form: SignUp) -> IssuedToken:
    """Take in a member whom an app signs up: a token for them, with the scopes of the app's own token.

    Raises as :func:`sign_up`, and :class:`NotPermitted` for a token that is not an app's own.
    """
    with db.write(acting, Ability.SIGN_UP) as w:
        if acting.app_id is None or acting.scopes is None or acting.account_id is not None:
            raise NotPermitted(say("This method needs the application's own token."))
        account_id = sign_up(db, acting, form).account_id
        issued = _new(w, acting.app_id, account_id, scope_tree.text(acting.scopes))
        w.record(TokenIssued(account_id=account_id, app_id=acting.app_id, token_id=issued.id), owner=account_id)
        return issued


def issue_token(
    db: Database, acting: Acting, account_id: int, scopes: str, app_name: str = COMMAND_LINE
) -> IssuedToken:
    """A token made by hand, for scripts and tests. Raises :class:`NotPermitted`, :class:`UnknownScope`."""
    with db.write(acting, Ability.ADMINISTRATION) as w:
        if not acting.may("server.own"):
            raise NotPermitted()
        granted = scope_tree.parse(scopes) or scope_tree.DEFAULT
        found = member(w, account_id)
        app_id = _hand_made(w, app_name[:LONGEST_NAME] or COMMAND_LINE)
        issued = _new(w, app_id, found.account_id, scope_tree.text(granted))
        w.record(TokenIssued(account_id=account_id, app_id=app_id, token_id=issued.id), owner=account_id)
        return issued


def revoke_token(db: Database, acting: Acting, client: App, token: str) -> None:
    """End a token of this app; one that is unknown has ended already (RFC 7009). Raises :class:`NotYourToken`."""
    with db.write(acting, Ability.SIGN_IN) as w:
        found = w.first(select(tokens.c.id, tokens.c.app_id).where(tokens.c.digest == digest(token)))
        if found is None:
            return
        if found.app_id != client.id:
            raise NotYourToken()
        _end(w, [found.id])


def authorized_apps(r: Read, account_id: int) -> list[AuthorizedApp]:
    """The apps that a member let in, newest first."""
    newest = func.max(tokens.c.created_at)
    statement = (
        select(tokens.c.app_id, apps.c.name, apps.c.website, newest, func.max(tokens.c.last_used_at))
        .join(apps, apps.c.id == tokens.c.app_id)
        .where(tokens.c.account_id == account_id)
        .group_by(tokens.c.app_id, apps.c.name, apps.c.website)
        .order_by(newest.desc())
    )
    granted: dict[int, set[str]] = {}
    address: dict[int, str | None] = {}
    own = select(tokens.c.app_id, tokens.c.scopes, tokens.c.last_ip).where(tokens.c.account_id == account_id)
    for app_id, text, ip in r.rows(own.order_by(func.coalesce(tokens.c.last_used_at, 0))):
        granted.setdefault(app_id, set()).update(text.split())
        address[app_id] = ip
    return [
        AuthorizedApp(app_id, name, website, scope_tree.text(granted[app_id]), created, used, address[app_id])
        for app_id, name, website, created, used in r.rows(statement)
    ]


def revoke_app(db: Database, acting: Acting, app_id: int) -> None:
    """Shut an app out: all its tokens for the acting member end. Raises :class:`NotFound`."""
    with db.write(acting, Ability.SIGN_IN) as w:
        codes = authorization_codes.c
        w.run(delete(authorization_codes).where(codes.account_id == acting.known_id, codes.app_id == app_id))
        mine = (tokens.c.account_id == acting.known_id) & (tokens.c.app_id == app_id)
        if not _end(w, w.ids(select(tokens.c.id).where(mine))):
            raise NotFound(say("There is no such app."))


def revoke_all(w: Write, account_id: int) -> None:
    """Shut all apps of a member out, within another command."""
    w.run(delete(authorization_codes).where(authorization_codes.c.account_id == account_id))
    _end(w, w.ids(select(tokens.c.id).where(tokens.c.account_id == account_id)))


def forget_old(w: Write) -> None:
    """Drop codes a day after their end, and tokens of apps themselves that nobody used for long."""
    w.run(delete(authorization_codes).where(authorization_codes.c.expires_at < w.now - DAY))
    used = func.coalesce(tokens.c.last_used_at, tokens.c.created_at)
    w.run(delete(tokens).where(tokens.c.account_id.is_(None), used < w.now - UNUSED_APP_TOKEN_MS))


def app_of(r: Read, acting: Acting) -> App:
    """The app whose token acts. Raises :class:`NotFound`."""
    found = app(r, acting.app_id) if acting.app_id is not None else None
    if found is None:
        raise NotFound()
    return found


def _new(w: Write, app_id: int, account_id: int | None, scopes: str) -> IssuedToken:
    issued = IssuedToken(w.new_id(), new_secret(), account_id, scopes, w.now)
    row = {
        "id": issued.id,
        "digest": digest(issued.token),
        "app_id": app_id,
        "account_id": account_id,
        "scopes": scopes,
        "created_at": w.now,
    }
    w.run(insert(tokens).values(row))
    return issued


def _end(w: Write, ids: list[int]) -> int:
    rows = w.rows(select(tokens.c.id, tokens.c.account_id).where(tokens.c.id.in_(ids)))
    w.run(delete(tokens).where(tokens.c.id.in_(ids)))
    for account_id in {row.account_id for row in rows}:
        ended = tuple(row.id for row in rows if row.account_id == account_id)
        w.record(AccessRevoked(account_id=account_id, token_ids=ended), owner=account_id)
    return len(rows)


def _hand_made(w: Write, name: str) -> int:
    """The app in whose name tokens are made by hand; nobody knows its secret."""
    known = select(apps.c.id).where(apps.c.name == name, apps.c.client_id == f"hand-made:{name}")
    found = w.value(known)
    if found is not None:
        return int(found)
    app_id = w.new_id()
    row = {
        "id": app_id,
        "client_id": f"hand-made:{name}",
        "secret_digest": digest(new_secret()),
        "name": name,
        "redirect_uris": [OUT_OF_BAND],
        "scopes": scope_tree.text(scope_tree.BELOW),
        "created_at": w.now,
    }
    w.run(insert(apps).values(row))
    return app_id
