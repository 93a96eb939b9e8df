"""Apps that registered here: what they may ask for, and where members are sent back to."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from sqlalchemy import insert, select

from holdfast.access import scopes as scope_tree
from holdfast.access.errors import UnknownClient
from holdfast.access.events import AppRegistered
from holdfast.access.tables import apps as table
from holdfast.access.tokens import digest, matches, new_secret
from holdfast.acting import Acting
from holdfast.errors import FieldError, Invalid
from holdfast.languages import say
from holdfast.store import Read
from holdfast.writes import Ability, Database

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
LONGEST_NAME = 100
LONGEST_URI = 2_000
MOST_URIS = 32
COMMAND_LINE = "holdfast"  # the app of tokens made by hand

# What a browser would run, or open from the member's own machine, instead of taking the code to an app.
_SCHEMES = "javascript data vbscript file blob about filesystem view-source mailto tel sms"
_DANGEROUS = frozenset(_SCHEMES.split())


class App(msgspec.Struct, frozen=True):
    """A registered app; ``created_at`` in milliseconds."""

    id: int
    client_id: str
    name: str
    website: str | None
    redirect_uris: list[str]
    scopes: str
    created_at: int

    @property
    def granted(self) -> frozenset[str]:
        """The scopes that it registered for."""
        return scope_tree.parse(self.scopes)


class NewApp(msgspec.Struct, frozen=True):
    """An app that has just registered, with its secret, which is told only now."""

    app: App
    client_secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"NewApp({self.app!r})"


_COLUMNS = tuple(table.c[name] for name in App.__struct_fields__)


def register_app(
    db: Database, acting: Acting, name: str, redirect_uris: list[str], scopes: str = "", website: str | None = None
) -> NewApp:
    """Register an app; without scopes it gets "read". Raises :class:`Invalid`, :class:`UnknownScope`."""
    with db.write(acting, Ability.SIGN_IN) as w:
        label, site = _checked_name(name), _checked_website(website)
        uris = _checked_uris(redirect_uris)
        granted = scope_tree.parse(scopes) or scope_tree.DEFAULT
        secret = new_secret()
        app = App(w.new_id(), new_secret(), label, site, uris, scope_tree.text(granted), w.now)
        w.run(insert(table).values(msgspec.structs.asdict(app) | {"secret_digest": digest(secret)}))
        w.record(AppRegistered(app_id=app.id, name=app.name))
        return NewApp(app, secret)


def app(r: Read, app_id: int) -> App | None:
    """The app with this id."""
    row = r.first(select(*_COLUMNS).where(table.c.id == app_id))
    return App(*row) if row else None


def app_by_client_id(r: Read, client_id: str) -> App | None:
    """The app with this client id."""
    row = r.first(select(*_COLUMNS).where(table.c.client_id == client_id))
    return App(*row) if row else None


def client(r: Read, client_id: str, client_secret: str) -> App:
    """The app that proves itself with its secret. Raises :class:`UnknownClient`."""
    row = r.first(select(*_COLUMNS, table.c.secret_digest).where(table.c.client_id == client_id))
    if row is None or not matches(client_secret, bytes(row.secret_digest)):
        raise UnknownClient()
    return App(*row[:-1])


def _checked_name(name: str) -> str:
    label = " ".join(name.split())
    if not label:
        raise Invalid.field("client_name", "ERR_BLANK", say("Validation failed: Application name can't be blank"))
    if len(label) > LONGEST_NAME:
        message = say(
            "Validation failed: Application name is too long (maximum is %(most)s characters)", most=LONGEST_NAME
        )
        raise Invalid.field("client_name", "ERR_TOO_LONG", message)
    return label


def _checked_website(website: str | None) -> str | None:
    if not website or not website.strip():
        return None
    address = website.strip()
    parts = _split(address)
    if parts is None or parts[0] not in ("http", "https") or not parts[1] or len(address) > LONGEST_URI:
        raise Invalid.field(
            "website", "ERR_INVALID", say("Validation failed: Application website must be a web address")
        )
    return address


def _checked_uris(uris: list[str]) -> list[str]:
    found = list(dict.fromkeys(one for text in uris for one in text.split()))
    if not found:
        raise _bad_uri("ERR_BLANK", say("Validation failed: Redirect URIs can't be blank"))
    if len(found) > MOST_URIS:
        raise _bad_uri(
            "ERR_TOO_MANY", say("Validation failed: Redirect URIs are too many (maximum is %(most)s)", most=MOST_URIS)
        )
    for uri in found:
        if uri != OUT_OF_BAND:
            _check_uri(uri)
    return found


def _check_uri(uri: str) -> None:
    parts = _split(uri)
    if parts is None or not parts[0] or len(uri) > LONGEST_URI or not uri.isprintable():
        raise _bad_uri("ERR_INVALID", say("Validation failed: Redirect URIs must be absolute URIs"))
    scheme, host, rest = parts
    if scheme in _DANGEROUS:
        raise _bad_uri(
            "ERR_INVALID", say("Validation failed: Redirect URIs must not use the scheme %(scheme)s", scheme=scheme)
        )
    if "#" in uri:
        raise _bad_uri("ERR_INVALID", say("Validation failed: Redirect URIs must not have a fragment"))
    if scheme in ("http", "https") and not host:
        raise _bad_uri("ERR_INVALID", say("Validation failed: Redirect URIs must be absolute URIs"))
    if not host and not rest and "://" not in uri:
        raise _bad_uri("ERR_INVALID", say("Validation failed: Redirect URIs must be absolute URIs"))


def _split(uri: str) -> tuple[str, str, str] | None:
    """Scheme, host and path, or None for what cannot be taken apart."""
    try:
        parts = urlsplit(uri)
        return parts.scheme.lower(), parts.hostname or "", parts.path
    except ValueError:
        return None


def _bad_uri(reason: str, message: str) -> Invalid:
    return Invalid(message, fields=(FieldError("redirect_uris", reason, message),))
