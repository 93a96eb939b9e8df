"""Pushing what members are told to their devices: planned in the commit that tells it, sent by one job each."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from holdfast import access, outgoing, people, vendors
from holdfast.acting import SYSTEM
from holdfast.errors import Unavailable
from holdfast.keys import vapid
from holdfast.languages import N_, Sentence, _, speaking
from holdfast.notifications.events import NotificationCreated
from holdfast.posts.text import plain
from holdfast.store import HOUR, SECOND, Hot
from holdfast.vendors import Push, PushPool, PushTarget
from holdfast.writes import Ability, Database, Question

log = logging.getLogger(__name__)

PUSH = "notifications.push"
TTL_MS = 48 * HOUR
MOST_TRIES = 10
FIRST_WAIT_MS, LONGEST_WAIT_MS = 15 * SECOND, 6 * HOUR
LONGEST_TITLE, LONGEST_BODY = 200, 140  # characters

_HAS_PUSHES = Hot("SELECT 1 FROM push_subscriptions WHERE account_id = :account LIMIT 1")
_PLAN = Hot(
    "SELECT p.id, p.alerts, p.policy, n.from_account_id, "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = p.account_id AND f.target_id = n.from_account_id), "
    "EXISTS (SELECT 1 FROM follows f WHERE f.account_id = n.from_account_id AND f.target_id = p.account_id) "
    "FROM push_subscriptions p "
    "JOIN notifications n ON n.id = :notification AND n.account_id = p.account_id WHERE p.account_id = :account "
    "AND (EXISTS (SELECT 1 FROM tokens t WHERE t.id = p.token_id) "
    "OR EXISTS (SELECT 1 FROM sessions e WHERE e.id = p.token_id))"
)
_SENT = Hot(
    "SELECT p.endpoint, p.p256dh, p.auth, p.is_standard, n.kind, n.created_at, m.locale, a.display_name, a.username, "
    "a.domain, a.avatar_key, a.note, s.spoiler_text, s.html, s.deleted_at, s.id, e.id "
    "FROM push_subscriptions p LEFT JOIN tokens t ON t.id = p.token_id LEFT JOIN sessions e ON e.id = p.token_id "
    "JOIN notifications n ON n.id = :notification AND n.account_id = p.account_id "
    "JOIN accounts a ON a.id = n.from_account_id LEFT JOIN members m ON m.account_id = p.account_id "
    "LEFT JOIN statuses s ON s.id = n.status_id "
    "WHERE p.id = :subscription AND (t.id IS NOT NULL OR e.id IS NOT NULL) AND NOT n.is_filtered "
    "AND a.suspended_at IS NULL AND a.deleted_at IS NULL "
    "AND (s.restriction IS NULL OR (s.restriction <> 'removed' AND s.author_id = p.account_id))"
)
_FORGET = Hot("DELETE FROM push_subscriptions WHERE id = :subscription AND endpoint = :endpoint")

_TITLES: dict[str, Sentence] = {
    "mention": N_("%(name)s mentioned you"),
    "status": N_("%(name)s posted"),
    "reblog": N_("%(name)s boosted your post"),
    "follow": N_("%(name)s follows you"),
    "follow_request": N_("%(name)s asks to follow you"),
    "favourite": N_("%(name)s favourited your post"),
    "poll": N_("A poll has ended"),
    "update": N_("%(name)s edited a post"),
    "quote": N_("%(name)s quoted your post"),
    "quoted_update": N_("%(name)s edited a post that you quoted"),
    "admin.sign_up": N_("%(name)s signed up"),
    "admin.report": N_("%(name)s filed a report"),
    "moderation_warning": N_("The moderators have decided about you"),
}


class PushOut(msgspec.Struct, frozen=True, kw_only=True):
    """One notification to one device. ``tries`` counts those before."""

    subscription_id: int
    notification_id: int
    tries: int = 0


class _Payload(msgspec.Struct, kw_only=True):
    """What apps read. The token is known to its app alone, not to this server: it stays empty. ``path`` is for
    browsers: the page that shows what the member is told."""

    access_token: str = ""
    preferred_locale: str
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str
    path: str | msgspec.UnsetType = msgspec.UNSET


class _Found(msgspec.Struct, frozen=True):
    """A row of what is to be sent."""

    endpoint: str
    p256dh: str
    auth: str
    is_standard: bool | int
    kind: str
    created_at: int
    locale: str | None
    display_name: str
    username: str
    domain: str | None
    avatar_key: str | None
    note: str
    spoiler_text: str | None
    html: str | None
    deleted_at: int | None
    status_id: int | None
    session_id: int | None  # of the browser; None for an app

    @property
    def handle(self) -> str:
        """The name of who caused it, with the domain of those from elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username


def is_shown(event: NotificationCreated) -> bool:
    """Whether the member sees it at once: what is set aside is not pushed."""
    return not event.is_filtered


def has_pushes(event: NotificationCreated) -> Question:
    """Whether any device of the member's wants pushes."""
    return _HAS_PUSHES, {"account": event.account_id}


def plan_pushes(db: Database, event: NotificationCreated) -> None:
    """One job for each device that wants this kind, of this account."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        rows = w.fast(_PLAN, account=event.account_id, notification=event.notification_id)
        for subscription_id, alerts, policy, sender_id, is_followed, is_follower in rows:
            kinds = msgspec.json.decode(alerts) if isinstance(alerts, (str, bytes)) else alerts
            allowed = {"all": True, "followed": is_followed, "follower": is_follower}.get(policy, False)
            is_own = sender_id == event.account_id and policy != "none"  # the end of one's own poll
            if event.what in kinds and (allowed or is_own):
                w.enqueue(PUSH, PushOut(subscription_id=subscription_id, notification_id=event.notification_id))


def pushing() -> Callable[[Database, PushOut], None]:
    """The job that sends pushes, with one pool for a process."""
    kept: list[PushPool] = []

    def push(db: Database, payload: PushOut) -> None:
        if not kept:
            kept.append(pool_of(db))
        push_out(db, payload, kept[0])

    return push


def pool_of(db: Database) -> PushPool:
    """The vendors of pushes, which speak through the room of outgoing requests."""
    contact = db.settings.contact_email
    subject = f"mailto:{contact}" if contact else db.base_url
    client = outgoing.client_from(db.config.boot)
    return PushPool([vendors.WebPushVendor(client, vapid.private_key(db.keyring), subject)])


def push_out(db: Database, payload: PushOut, pool: PushPool) -> None:
    """Send one push, unless it was taken back meanwhile. A subscription that is over is removed; what may pass is
    tried again later, when the push service says so if it does."""
    with db.read() as r:
        rows = r.fast(_SENT, subscription=payload.subscription_id, notification=payload.notification_id)
    now = db.clock.now()
    if not rows or rows[0][1] is None:
        return
    found = _Found(*rows[0])
    left = found.created_at + TTL_MS - now
    if left <= 0 or found.deleted_at is not None:
        return
    target = PushTarget(
        endpoint=found.endpoint, p256dh=found.p256dh, auth=found.auth, is_standard=bool(found.is_standard)
    )
    content = _content(db, payload.notification_id, found)
    push = Push(target=target, payload=content, ttl_s=left // 1000, topic=str(payload.notification_id))
    try:
        pool.send(push, now=now)
    except (vendors.SubscriptionGone, vendors.PushRefused) as fault:
        log.info("a push subscription was removed", extra={"cause": fault.message})
        with db.write(SYSTEM, Ability.JOBS) as w:
            w.run_fast(_FORGET, subscription=payload.subscription_id, endpoint=found.endpoint)
    except Unavailable as fault:
        _again(db, payload, fault, left)


def _again(db: Database, payload: PushOut, fault: Unavailable, left: int) -> None:
    """Put the push back: for as long as the service asks, else for longer each time; not beyond its life."""
    asked = fault.wait_s if isinstance(fault, vendors.TryLater) else None
    wait = int(asked * 1000) if asked is not None else FIRST_WAIT_MS * 4**payload.tries
    wait = max(min(wait, LONGEST_WAIT_MS), SECOND)
    if payload.tries + 1 >= MOST_TRIES or wait >= left:
        log.warning("a push was given up", extra={"cause": fault.message, "tries": payload.tries + 1})
        return
    with db.write(SYSTEM, Ability.JOBS) as w:
        w.enqueue(PUSH, msgspec.structs.replace(payload, tries=payload.tries + 1), delay_ms=wait)


def _content(db: Database, notification_id: int, found: _Found) -> bytes:
    name = found.display_name or found.handle
    text = found.note if found.html is None else found.spoiler_text or plain(found.html)
    picture = f"/media/profile/{found.avatar_key}" if found.avatar_key else people.DEFAULT_AVATAR
    language = access.language_of(db, found.locale)
    with speaking(language):
        title = _(_TITLES[found.kind], name=name) if found.kind in _TITLES else name
    payload = _Payload(
        preferred_locale=found.locale or language,
        notification_id=notification_id,
        notification_type=found.kind,
        icon=db.base_url + picture,
        title=_cut(title, LONGEST_TITLE),
        body=_cut(text, LONGEST_BODY),
        path=msgspec.UNSET if found.session_id is None else _path(found),
    )
    return msgspec.json.encode(payload)


def _path(found: _Found) -> str:
    """The page that shows it; the page of a post leads on to its author's name."""
    if found.status_id is not None:
        return f"/@{found.handle}/{found.status_id}"
    return {"follow": f"/@{found.handle}", "follow_request": "/follow_requests"}.get(found.kind, "/notifications")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
