"""Web Push subscriptions: one for each token or session, made and changed by the app or browser that holds it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import delete, insert, select, update

from holdfast.access import AccessRevoked
from holdfast.acting import SYSTEM, Acting
from holdfast.errors import Invalid
from holdfast.languages import say
from holdfast.notifications.errors import NoPushSubscription
from holdfast.notifications.events import PushSubscriptionChanged
from holdfast.notifications.kinds import KINDS
from holdfast.notifications.tables import push_subscriptions
from holdfast.store import Hot, Read
from holdfast.vendors import BadPushKey, PushTarget, checked_keys
from holdfast.writes import Ability, Database, Question, Write

ALERTS = frozenset({*KINDS, "quote", "quoted_update"})
POLICIES = ("all", "followed", "follower", "none")
LONGEST_ENDPOINT = 2_048  # characters

_c = push_subscriptions.c
_HAD_PUSHES = Hot("SELECT 1 FROM push_subscriptions WHERE token_id IN (@ids) LIMIT 1")


class PushSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """Where an app wants pushes, of which kinds, and of whom (``policy``)."""

    id: int
    account_id: int
    target: PushTarget
    alerts: frozenset[str]
    policy: str


def push_subscription(r: Read, token_id: int) -> PushSubscription:
    """The subscription of a token or session. Raises :class:`NoPushSubscription`."""
    row = r.first(select(push_subscriptions).where(_c.token_id == token_id))
    if row is None:
        raise NoPushSubscription()
    target = PushTarget(endpoint=row.endpoint, p256dh=row.p256dh, auth=row.auth, is_standard=row.is_standard)
    return PushSubscription(
        id=row.id, account_id=row.account_id, target=target, alerts=frozenset(row.alerts), policy=row.policy
    )


def subscribe_to_pushes(
    db: Database, acting: Acting, target: PushTarget, alerts: Collection[str], policy: str = "all"
) -> PushSubscription:
    """Let the acting token's app (or session's browser) have pushes, in the place of an earlier subscription.

    Raises :class:`Invalid`.
    """
    _check(target, is_plain_allowed=bool(db.config.boot.outgoing_allow_private))
    with db.write(acting, Ability.RELATIONS) as w:
        token_id, number = _token(acting), w.new_id()
        w.run(delete(push_subscriptions).where(_c.token_id == token_id))
        row = {
            "id": number,
            "token_id": token_id,
            "account_id": acting.known_id,
            "endpoint": target.endpoint,
            "p256dh": target.p256dh,
            "auth": target.auth,
            "is_standard": target.is_standard,
            "alerts": _checked_alerts(alerts),
            "policy": _checked_policy(policy),
            "created_at": w.now,
            "updated_at": w.now,
        }
        w.run(insert(push_subscriptions).values(row))
        return _changed(w, acting)


def change_pushes(
    db: Database, acting: Acting, *, alerts: Collection[str] | None = None, policy: str | None = None
) -> PushSubscription:
    """Change what is pushed. Raises :class:`NoPushSubscription`, :class:`Invalid`."""
    with db.write(acting, Ability.RELATIONS) as w:
        found = push_subscription(w, _token(acting))
        values: dict[str, object] = {"updated_at": w.now}
        if alerts is not None:
            values["alerts"] = _checked_alerts(alerts)
        if policy is not None:
            values["policy"] = _checked_policy(policy)
        w.run(update(push_subscriptions).where(_c.id == found.id).values(values))
        return _changed(w, acting)


def end_pushes(db: Database, acting: Acting) -> None:
    """Send no more pushes to the acting token's app; nothing happens when it has none."""
    with db.write(acting, Ability.RELATIONS) as w:
        if w.run(delete(push_subscriptions).where(_c.token_id == _token(acting))):
            w.record(PushSubscriptionChanged(account_id=acting.known_id, is_ended=True))


def forget_tokens(db: Database, event: AccessRevoked) -> None:
    """Remove the subscriptions of tokens and sessions that are no more."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.run(delete(push_subscriptions).where(_c.token_id.in_([*event.token_ids, *event.session_ids])))


def had_pushes(event: AccessRevoked) -> Question | bool:
    """Whether any of the tokens and sessions that ended wanted pushes."""
    ended = [*event.token_ids, *event.session_ids]
    return (_HAD_PUSHES, {"ids": ended}) if ended else False


def _changed(w: Write, acting: Acting) -> PushSubscription:
    w.record(PushSubscriptionChanged(account_id=acting.known_id))
    return push_subscription(w, _token(acting))


def _token(acting: Acting) -> int:
    if acting.token_id is None:
        raise NoPushSubscription()
    return acting.token_id


def _checked_alerts(alerts: Collection[str]) -> list[str]:
    unknown = sorted(set(alerts) - ALERTS)
    if unknown:
        raise Invalid.field(
            "data[alerts]", "ERR_INCLUSION", say("There is no notification of the kind %(kind)s", kind=unknown[0])
        )
    return sorted(alerts)


def _checked_policy(policy: str) -> str:
    if policy not in POLICIES:
        raise Invalid.field(
            "data[policy]", "ERR_INCLUSION", say("The policy is none of %(known)s", known=", ".join(POLICIES))
        )
    return policy


def _check(target: PushTarget, *, is_plain_allowed: bool) -> None:
    """Raise :class:`Invalid` for an address or keys that cannot be used; http only where private networks are."""
    name = "subscription[endpoint]"
    try:
        parts = urlsplit(target.endpoint)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    schemes = ("https", "http") if is_plain_allowed else ("https",)
    if not host or parts.scheme not in schemes or len(target.endpoint) > LONGEST_ENDPOINT or parts.username:
        raise Invalid.field(
            name, "ERR_INVALID", say("%(field)s is not the https address of a push service", field=name)
        )
    try:
        checked_keys(target.p256dh, target.auth)
    except BadPushKey as fault:
        raise Invalid.field(
            "subscription[keys]",
            "ERR_INVALID",
            say("%(field)s are not what a browser makes for pushes", field="subscription[keys]"),
        ) from fault
