"""Apps: registering one, and asking who one is."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from holdfast import access
from holdfast.access import App
from holdfast.acting import Acting
from holdfast.keys import vapid
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import Application, CredentialApplication
from holdfast.writes import Database

api = Endpoints()


class RegistrationParams(Struct, kw_only=True):
    """An app that registers; ``redirect_uris`` is a list, or one text with blanks or line breaks between."""

    client_name: str = ""
    redirect_uris: list[str] | str = ""
    scopes: str = ""
    website: str | None = None


@api.post("/api/v1/apps", auth="public", params=RegistrationParams, returns=CredentialApplication, tier=1,
          budget="apps")  # fmt: skip
async def register(call: Call, params: RegistrationParams) -> CredentialApplication:
    """Register an app."""
    uris = params.redirect_uris if isinstance(params.redirect_uris, list) else [params.redirect_uris]
    made = await call.db.run_write(
        access.register_app, Acting(ip=call.ip), params.client_name, uris, params.scopes, params.website
    )
    return CredentialApplication(
        **_attributes(call.db, made.app),
        client_id=made.app.client_id,
        client_secret=made.client_secret,
        client_secret_expires_at=0,
    )


@api.get("/api/v1/apps/verify_credentials", auth="app", returns=Application, tier=2)
def verify_credentials(call: Call) -> Application:
    """Who the app is that this token belongs to."""
    return Application(**_attributes(call.db, access.app_of(call.r, call.acting)))


def _attributes(db: Database, app: App) -> dict[str, Any]:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uris": app.redirect_uris,
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": vapid.public_key(db.keyring),
    }
