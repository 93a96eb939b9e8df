"""Registered apps, tokens, OAuth metadata, push subscriptions and errors."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType, field

from holdfast.mastodon.entities.base import Entity, one_of


class Application(Entity, kw_only=True):
    """A client that was registered here."""

    id: str
    name: str
    website: str | UnsetType | None = UNSET
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application, kw_only=True):
    """A registered client with its secret; told once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int


class Token(Entity, kw_only=True):
    """An access token."""

    access_token: str
    token_type: str
    scope: str
    created_at: int


class OAuthServerMetadata(Entity, kw_only=True):
    """Where OAuth's doors are and what they understand (RFC 8414)."""

    issuer: str
    service_documentation: str
    authorization_endpoint: str
    token_endpoint: str
    app_registration_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    code_challenge_methods_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]


class OAuthUserInfo(Entity, kw_only=True):
    """Who is signed in, in OpenID Connect's words."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class Error(Entity, kw_only=True):
    """Why a request failed."""

    error: str
    error_description: str | UnsetType = UNSET


class AsyncRefresh(Entity, kw_only=True):
    """Whether more results are still being gathered."""

    id: str
    status: Annotated[str, one_of("running", "finished")]
    result_count: int | None


class WebPushSubscriptionAlerts(Entity, kw_only=True):
    """`alerts` of `WebPushSubscription`."""

    mention: bool
    status: bool
    reblog: bool
    follow: bool
    follow_request: bool
    favourite: bool
    poll: bool
    update: bool
    admin_sign_up: bool = field(name="admin.sign_up")
    admin_report: bool = field(name="admin.report")


class WebPushSubscription(Entity, kw_only=True):
    """Where pushes go and what is pushed."""

    id: str
    endpoint: str
    standard: bool
    server_key: str
    alerts: WebPushSubscriptionAlerts
