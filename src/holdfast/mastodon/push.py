"""Web Push: where an app wants pushes sent, and of what."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from holdfast import notifications
from holdfast.keys import vapid
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities import WebPushSubscription, WebPushSubscriptionAlerts
from holdfast.vendors import PushTarget
from holdfast.writes import Database

api = Endpoints()

Policy = Literal["all", "followed", "follower", "none"]


class KeysParams(Struct, kw_only=True):
    """What a push is encrypted with, in base64."""

    p256dh: str
    auth: str


class SubscriptionParams(Struct, kw_only=True):
    """Where pushes go. ``standard``: encrypted as RFC 8291 says instead of the draft before it."""

    endpoint: str
    keys: KeysParams
    standard: bool = False


class AlertsParams(Struct, kw_only=True):
    """Which kinds of notifications are pushed."""

    mention: bool = False
    quote: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quoted_update: bool = False
    admin_sign_up: bool = field(name="admin.sign_up", default=False)
    admin_report: bool = field(name="admin.report", default=False)

    @property
    def kinds(self) -> frozenset[str]:
        """Those that are wanted."""
        pairs = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        return frozenset(kind for name, kind in pairs if getattr(self, name))


class DataParams(Struct, kw_only=True):
    """What is pushed, and of whom."""

    alerts: AlertsParams | None = None
    policy: Policy | None = None


class NewParams(Struct, kw_only=True):
    """A new subscription."""

    subscription: SubscriptionParams
    data: DataParams | None = None


class ChangeParams(Struct, kw_only=True):
    """What changes; alerts that are left out are off, as documented, unless none are given at all."""

    data: DataParams | None = None
    policy: Policy | None = None


class Empty(Struct):
    """An object with nothing in it."""


def _entity(db: Database, one: notifications.PushSubscription) -> WebPushSubscription:
    names = zip(
        WebPushSubscriptionAlerts.__struct_fields__, WebPushSubscriptionAlerts.__struct_encode_fields__, strict=True
    )
    return WebPushSubscription(
        id=str(one.id),
        endpoint=one.target.endpoint,
        standard=one.target.is_standard,
        server_key=vapid.public_key(db.keyring),
        alerts=WebPushSubscriptionAlerts(**{name: kind in one.alerts for name, kind in names}),
    )


@api.post("/api/v1/push/subscription", scopes="push", params=NewParams, returns=WebPushSubscription)
async def create(call: Call, params: NewParams) -> WebPushSubscription:
    """Push to this app from now on; an earlier subscription of its token ends."""
    asked, data = params.subscription, params.data or DataParams()
    target = PushTarget(
        endpoint=asked.endpoint, p256dh=asked.keys.p256dh, auth=asked.keys.auth, is_standard=asked.standard
    )
    alerts = (data.alerts or AlertsParams()).kinds
    return _entity(call.db, await call.write(notifications.subscribe_to_pushes, target, alerts, data.policy or "all"))


@api.get("/api/v1/push/subscription", scopes="push", returns=WebPushSubscription)
def show(call: Call) -> WebPushSubscription:
    """The token's subscription."""
    return _entity(call.db, notifications.push_subscription(call.r, call.acting.token_id or 0))


@api.put("/api/v1/push/subscription", scopes="push", params=ChangeParams, returns=WebPushSubscription)
async def change(call: Call, params: ChangeParams) -> WebPushSubscription:
    """Push other kinds of notifications from now on."""
    data = params.data or DataParams()
    alerts = None if data.alerts is None else data.alerts.kinds
    changed = await call.write(notifications.change_pushes, alerts=alerts, policy=data.policy or params.policy)
    return _entity(call.db, changed)


@api.delete("/api/v1/push/subscription", scopes="push", returns=Empty)
async def remove(call: Call) -> Empty:
    """Push nothing to this app any more."""
    await call.write(notifications.end_pushes)
    return Empty()
